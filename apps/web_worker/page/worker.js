// The worker's beginning: the code of the module does the rest.
import init from "./web_worker.js";
await init({ module_or_path: "web_worker_bg.wasm" });
