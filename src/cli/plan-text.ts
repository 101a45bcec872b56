import type { Output } from './output.js';

interface FieldChange {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What happens to a client, in words. */
export interface ClientChange {
  readonly name: string;
  readonly action: 'create' | 'change' | 'remove' | 'refused' | 'none';
  readonly changes?: readonly FieldChange[];
  readonly secret?: string;
  /** Who manages it, if it is refused for that. */
  readonly managedBy?: string;
}

const SIGNS = { create: '+', change: '~', remove: '-', refused: '!', none: ' ' } as const;
const COLOURS = { create: 'green', change: 'yellow', remove: 'red', refused: 'red', none: 'dim' } as const;

/** The plan as text: each change, field by field, and the number of unchanged clients. */
export function planText(clients: readonly ClientChange[], output: Output): string {
  const count = (action: ClientChange['action']) => clients.filter((each) => each.action === action).length;
  const further = [
    [count('remove'), 'to remove'],
    [count('refused'), 'refused'],
  ].flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}, `]));
  const summary = `Plan: ${count('create')} to create, ${count('change')} to change, ${further.join('')}${count('none')} as they should be.`;
  const changing = clients.filter(({ action }) => action !== 'none');
  return [...changing.map((each) => `${changeText(each, output)}\n`), summary].join('\n');
}

/** One client, and its fields below it. */
export function changeText({ name, action, changes = [], secret, managedBy }: ClientChange, output: Output): string {
  if (action === 'refused') {
    return [output.paint(COLOURS[action], `${SIGNS[action]} ${name}`), `    Managed by ${managedBy}.`].join('\n');
  }
  const told = action === 'create' ? changes.filter(({ after }) => !isEmpty(after)) : changes;
  const width = Math.max(0, ...told.map(({ field }) => field.length));
  const lines = told.flatMap(({ field, before, after }) => {
    const values = action === 'create' ? created(after) : changedValues(before, after, output);
    return values.map((value, index) => `    ${(index === 0 ? field : '').padEnd(width)}  ${value}`);
  });
  return [output.paint(COLOURS[action], `${SIGNS[action]} ${name}`), ...lines, ...secretLines(secret)].join('\n');
}

function secretLines(secret: string | undefined): string[] {
  if (secret === 'created') return ['    A secret is made, and shown once.'];
  if (secret === 'set') return ['    Its secrets come along.'];
  return secret === 'revoked' ? ['    Its secrets end at once.'] : [];
}

function created(value: unknown): string[] {
  return Array.isArray(value) ? value.map(written) : [written(value)];
}

/** A line for each difference between two values of a field. */
export function changedValues(before: unknown, after: unknown, output: Output): string[] {
  const whole = [`${written(before)} → ${written(after)}`];
  if (!Array.isArray(before) || !Array.isArray(after)) return whole;
  const gone = before.filter((entry) => !after.includes(entry));
  const added = after.filter((entry) => !before.includes(entry));
  // Another order of the same entries is a change, too.
  if (gone.length + added.length === 0) return whole;
  return [
    ...gone.map((entry) => output.paint('red', `- ${written(entry)}`)),
    ...added.map((entry) => output.paint('green', `+ ${written(entry)}`)),
  ];
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function written(value: unknown): string {
  return JSON.stringify(value);
}
