// Node's fetch gives up after five minutes without an answer; here, after a third of a second.
const AGENT = Symbol.for('undici.globalDispatcher.1');

await fetch('data:,');
const { constructor: Agent } = Reflect.get(globalThis, AGENT);
Reflect.set(globalThis, AGENT, new Agent({ headersTimeout: 300 }));
