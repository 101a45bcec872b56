import { run } from '../support/processes.js';
import { DIRECT } from '../support/test-database.js';

const [server] = DIRECT.server;

describe('npm run chaos', () => {
  it('kills the server mid-write, in its short form and in a database of ours, and finds nothing lost', async () => {
    const chaos = run('npm', ['run', 'chaos', '--', '01', '--short', `--database=${server}`]);
    expect(await chaos.ended).toBe(0);
    expect(chaos.output()).toMatch(/^\| 01-kill-server: .* held \|$/m);
    expect(chaos.output()).toMatch(/^\| – acknowledged writes lost +\| +0 \|$/m);
  }, 120_000);
});
