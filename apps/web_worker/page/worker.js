// The worker's beginning: the code of the module does the rest.
import init from "./web_worker.js";
// What fails where nobody waits for it must reach the page, which starts another worker.
addEventListener("unhandledrejection", (event) => {
  setTimeout(() => {
    throw event.reason;
  });
});
await init({ module_or_path: "web_worker_bg.wasm" });
