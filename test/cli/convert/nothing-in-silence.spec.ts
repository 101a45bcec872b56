import { conversionOf } from '../../support/conversion.js';
import { FOREIGN_CLIENTS, FOREIGN_KINDS } from '../../support/foreign-clients.js';

const VALUES = ['zzz', ['zzz'], { zzz: 'zzz' }, [{ zzz: 'zzz' }], 7, 'https://zzz.example.com/*', ['+']];

describe('a field that says something', () => {
  const cases = FOREIGN_KINDS.flatMap((kind) => [false, true].map((withSecrets) => [kind, withSecrets] as const));
  it.each(cases)('of %s comes along or is told, whatever it holds; with secrets: %s', async (kind, withSecrets) => {
    const { base, fields } = FOREIGN_CLIENTS[kind];
    const cases = [...fields, 'unheard-of'].flatMap((field) => VALUES.map((value) => ({ field, value })));
    const clients = cases.map(({ field, value }) => ({ ...base, [field]: value }));
    const { report } = await conversionOf(kind, { 'a.json': clients }, { withSecrets });
    const silent = cases.filter((each, index) => {
      const { carried, notes, unknown, leftOut } = report[index]!;
      const told = [...carried, ...unknown, ...notes.map(({ field }) => field)];
      return leftOut === undefined && !told.some((name) => name.startsWith(each.field));
    });
    expect(silent).toEqual([]);
  });
});
