// The page's beginning: the code of the module does the rest.
import init from "./web.js";
try {
  await init({ module_or_path: "web_bg.wasm" });
} catch (error) {
  document.getElementById("failed")?.removeAttribute("hidden");
  throw error;
}
