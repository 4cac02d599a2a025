// A page that can do nothing but carry bytes to the worker and back.
const began = performance.now();
const heard = [];
let wake = () => {};
let worker;
const start = () => {
  worker = new Worker("worker.js", { type: "module" });
  const hear = (one) => {
    heard.push(one);
    wake();
  };
  worker.onerror = (event) => hear(`error ${event.message}`);
  worker.onmessage = ({ data }) => hear(new Uint8Array(data).toHex());
};
start();
window.ask = (hex) => {
  const bytes = Uint8Array.fromHex(hex);
  worker.postMessage(bytes.buffer, [bytes.buffer]);
};
// What came since this was asked last, as soon as there is something.
window.heard = async () => {
  if (heard.length === 0) await new Promise((resolve) => (wake = resolve));
  return heard.splice(0);
};
window.restart = () => {
  worker.terminate();
  // What the old one said is of no interest.
  heard.length = 0;
  start();
};
window.took = () => performance.now() - began;
