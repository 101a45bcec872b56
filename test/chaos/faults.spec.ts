import { run } from '../support/processes.js';

describe('npm run chaos', () => {
  it('kills the server mid-write, in its short form, and finds nothing lost', async () => {
    const chaos = run('npm', ['run', 'chaos', '--', '01', '--short']);
    expect(await chaos.ended).toBe(0);
    expect(chaos.output()).toMatch(/^\| 01-kill-server: .* held \|$/m);
    expect(chaos.output()).toMatch(/^\| – acknowledged writes lost +\| +0 \|$/m);
  }, 120_000);
});
