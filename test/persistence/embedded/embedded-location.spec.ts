import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '#persistence';
import { describeAsRoot } from '../../support/as-root.js';
import { temporaryFolder } from '../../support/processes.js';

/** What docs/operations.md says on copying the embedded database. */
const BACKUP = /^```sh\n(DATA_DIR=[\s\S]*?)^```$/m.exec(fs.readFileSync('docs/operations.md', 'utf8'))![1]!;

describe('DATA_DIR', () => {
  const folder = temporaryFolder();
  const base = path.dirname(folder.path);
  const at = (name: string) => path.join(base, name);
  const refusal = (DATA_DIR: string) =>
    EmbeddedPostgres.start({ folder: DATA_DIR, durable: false }).then(
      () => 'started',
      (error: Error) => `${error.name}: ${error.message}`,
    );
  beforeAll(() => {
    fs.writeFileSync(at('file'), '');
    fs.symlinkSync(at('file'), at('to-file'));
    fs.symlinkSync(at('nothing'), at('to-nothing'));
    fs.symlinkSync(at('loop'), at('loop'));
  });
  afterAll(() => folder.remove());

  it.each([
    ['a file', 'file', /\/file is a file: set DATA_DIR to a folder\.$/],
    ['below a file', 'file/data', /\/file is a file: set DATA_DIR to a folder\.$/],
    ['a link to a file', 'to-file', /\/to-file is a file: set DATA_DIR to a folder\.$/],
    ['a link to nothing', 'to-nothing', /\/to-nothing is a symbolic link to nothing: set DATA_DIR to a folder\.$/],
    ['below a link to nothing', 'to-nothing/data', /\/to-nothing is a symbolic link to nothing: /],
    ['a link to itself', 'loop', /^StartError: The data folder \/.*\/loop cannot be used: ELOOP: .*\.$/],
    [
      'longer than a name can be',
      'x'.repeat(300),
      /^StartError: The data folder .* cannot be used: ENAMETOOLONG: .*\.$/,
    ],
  ])('%s is refused in one sentence', async (_, name, sentence) => {
    const said = await refusal(at(name));
    expect(said).toMatch(/^StartError: [^\n]+$/);
    expect(said).toMatch(sentence);
    expect(fs.readdirSync(base).sort()).toEqual(['file', 'loop', 'to-file', 'to-nothing']);
  });

  it('where nothing can be made is refused in one sentence', async () => {
    expect(await refusal('/proc/clientele')).toMatch(
      /^StartError: The data folder \/proc\/clientele cannot be written: [^\n]+$/,
    );
  });
});

describeAsRoot('as root, below a folder that PostgreSQL’s user cannot enter', () => {
  const base = temporaryFolder();
  const closed = path.join(base.path, 'closed');
  const dataDir = path.join(closed, 'data');
  const pointer = path.join(dataDir, 'data-is-elsewhere');
  let elsewhere: string;
  const news: string[] = [];

  const start = () =>
    EmbeddedPostgres.start({ folder: dataDir, durable: false, notify: (sentence) => news.push(sentence) });
  const query = async (sql: string, folder = dataDir) => {
    const server = await EmbeddedPostgres.start({ folder, durable: false });
    const client = new pg.Client(server.url());
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
      await server.stop();
    }
  };
  const KEPT = 'select * from kept';
  const refusal = () =>
    start().then(
      (server) => server.stop(),
      ({ message }: Error) => message,
    );

  beforeAll(() => {
    fs.mkdirSync(closed, { recursive: true });
    fs.chmodSync(base.path, 0o711);
    fs.chmodSync(closed, 0o700);
  });
  afterAll(() => {
    base.remove();
    fs.rmSync(elsewhere, { recursive: true, force: true });
  });

  it('the data is kept elsewhere, which is said, and DATA_DIR says where', async () => {
    const server = await start();
    elsewhere = server.folder;
    await server.stop();
    expect(elsewhere).toMatch(/^\/var\/lib\/clientele\/[0-9a-f]{16}$/);
    expect(news).toEqual([
      `PostgreSQL does not run as root, and its user cannot enter ${closed}: the data of ${dataDir} is kept in ${elsewhere}.`,
    ]);
    expect(fs.readdirSync(dataDir)).toEqual(['data-is-elsewhere']);
    expect(fs.readFileSync(pointer, 'utf8')).toBe(`${elsewhere}\n`);
    await query('create table kept as select 1 as one');
  });

  it('it is found there when the folder can be entered later, and by a start that lost the pointer', async () => {
    fs.chmodSync(closed, 0o711);
    expect(await query(KEPT)).toEqual([{ one: 1 }]);
    news.length = 0;
    await (await start()).stop();
    expect(news).toEqual([`The data of ${dataDir} is kept in ${elsewhere}, as ${pointer} says.`]);
    fs.rmSync(pointer);
    expect(await query(KEPT)).toEqual([{ one: 1 }]);
    expect(fs.readFileSync(pointer, 'utf8')).toBe(`${elsewhere}\n`);
    expect(await EmbeddedPostgres.exists(dataDir)).toBe(true);
  });

  it('it is what the documented backup copies', async () => {
    execFileSync('bash', ['-ec', BACKUP], { stdio: 'ignore', env: { PATH: process.env.PATH, DATA_DIR: dataDir } });
    const [backup] = fs
      .readdirSync(path.dirname(dataDir))
      .filter((name) => name.startsWith(`${path.basename(dataDir)}.backup-`));
    expect(await query(KEPT, path.join(path.dirname(dataDir), backup!))).toEqual([{ one: 1 }]);
  });

  it('a pointer to what is gone is refused, and begins nothing anew', async () => {
    fs.renameSync(elsewhere, `${elsewhere}.away`);
    expect(await refusal()).toBe(
      `${pointer} says that the data is in ${elsewhere}, where there is none: bring it back, or remove that file to begin anew.`,
    );
    fs.mkdirSync(elsewhere);
    expect(await refusal()).toMatch(/where there is none/);
    fs.rmdirSync(elsewhere);
    fs.renameSync(`${elsewhere}.away`, elsewhere);
    for (const nowhere of ['', `${elsewhere}\0`]) {
      fs.writeFileSync(pointer, nowhere);
      expect(await refusal()).toMatch(/where there is none/);
    }
    fs.rmSync(pointer);
    fs.mkdirSync(pointer);
    expect(await refusal()).toMatch(/where there is none/);
    fs.rmdirSync(pointer);
    fs.writeFileSync(pointer, `${elsewhere}\n`);
    fs.chmodSync(elsewhere, 0o700);
    expect(await refusal()).toMatch(/^PostgreSQL runs as \S+, who cannot enter \S+, below which its data is: /);
    fs.chmodSync(elsewhere, 0o711);
    expect(await query(KEPT)).toEqual([{ one: 1 }]);
  });

  it('two databases that could be meant are refused, with and without the pointer', async () => {
    execFileSync('cp', ['-a', path.join(elsewhere, 'postgres'), dataDir]);
    const both = `There are two databases for ${dataDir}, one in it and one in ${elsewhere}: `;
    expect(await refusal()).toContain(both);
    fs.renameSync(pointer, `${pointer}.away`);
    expect(await refusal()).toContain(both);
    fs.renameSync(`${pointer}.away`, pointer);
  });

  it('it can be brought back, and is then not left because of a mode', async () => {
    fs.rmSync(elsewhere, { recursive: true });
    fs.rmSync(pointer);
    expect(await query(KEPT)).toEqual([{ one: 1 }]);
    fs.chmodSync(closed, 0o700);
    expect(await refusal()).toMatch(
      new RegExp(
        `^PostgreSQL runs as \\S+, who cannot enter ${closed}, below which its data is: let that user in .*\\.$`,
      ),
    );
    expect(fs.existsSync(elsewhere)).toBe(false);
  });

  it('a link does not hide the folder that cannot be entered', async () => {
    const link = path.join(base.path, 'link');
    fs.mkdirSync(path.join(closed, 'other'));
    fs.symlinkSync(path.join(closed, 'other'), link);
    const server = await EmbeddedPostgres.start({ folder: link, durable: false });
    await server.stop();
    expect(server.folder).toMatch(/^\/var\/lib\/clientele\//);
    expect(fs.readdirSync(link)).toEqual(['data-is-elsewhere']);
    fs.rmSync(server.folder, { recursive: true });
  });
});
