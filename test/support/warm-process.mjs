// Runs programs of ours one after the other, each as it would in a process of its own, which spends most of its time on the
// start of Node and on modules. JavaScript, as nothing that compiles has to be loaded for it.
// @ts-check
import { Console } from 'node:console';
import { Readable, Writable } from 'node:stream';

/** Where fetch has its connections: a process that ends closes them. */
const CONNECTIONS = Symbol.for('undici.globalDispatcher.1');
const LOOK_MS = 5;
let runs = 0;

process.on('disconnect', () => process.exit());
process.on('message', (/** @type {import('./command-line.js').Run} */ run) => {
  told(run).then((told) => process.send?.(told));
});

/** @param {import('./command-line.js').Run} run */
async function told({ program, args, env, input }) {
  const [stdout, stderr] = [new Kept(), new Kept()];
  for (const [name, value] of Object.entries({
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    stdout,
    stderr,
  }))
    Object.defineProperty(process, name, { value, configurable: true });
  globalThis.console = new Console(stdout, stderr);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv.splice(2, Infinity, ...args);
  process.exitCode = undefined;
  runs += 1;
  // Anew for each run; what it imports is imported once.
  await import(`../../${program}?run=${runs}`);
  const code = process.exitCode ?? 0;
  await closeConnections();
  // A process of its own would end only then.
  while (isHeld()) await new Promise((resolve) => setTimeout(resolve, LOOK_MS).unref());
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** Whether anything but the channel to who has started it keeps this process from ending. */
function isHeld() {
  return process.getActiveResourcesInfo().join() !== 'PipeWrap';
}

async function closeConnections() {
  const connections = Reflect.get(globalThis, CONNECTIONS);
  if (connections === undefined) return;
  Reflect.set(globalThis, CONNECTIONS, new connections.constructor());
  await connections.destroy();
}

class Kept extends Writable {
  /** @type {Buffer[]} */
  #chunks = [];

  /** @override @param {Buffer} chunk @param {BufferEncoding} _ @param {() => void} done */
  _write(chunk, _, done) {
    this.#chunks.push(chunk);
    done();
  }

  text() {
    return Buffer.concat(this.#chunks).toString();
  }
}
