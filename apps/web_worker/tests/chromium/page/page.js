// A page that can do nothing but ask the worker.
const began = performance.now();
const waiting = new Map();
const { promise: ready, resolve } = Promise.withResolvers();
let asked = 0;
const worker = new Worker("worker.js", { type: "module" });
worker.onerror = (event) => resolve({ refused: String(event.message) });
worker.onmessage = ({ data }) => {
  if (data.id === null) resolve({ ...data, took: performance.now() - began });
  else waiting.get(data.id)({ ...data, took: performance.now() - waiting.get(data.id).began });
};
window.ready = ready;
window.ask = (message) => {
  const id = asked++;
  return new Promise((resolve) => {
    resolve.began = performance.now();
    waiting.set(id, resolve);
    worker.postMessage({ ...message, id });
  });
};
window.bytes = (hex) => Uint8Array.fromHex(hex);
window.hex = (bytes) => bytes.toHex();
