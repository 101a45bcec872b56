import { closeSync, openSync, writeSync } from 'node:fs';
import { visibleJson, visibleValue } from '#visible';
import { unusable } from '../files.js';
import type { Note } from './notes.js';

/** What became of one client. */
export interface ReportedClient {
  readonly file: string;
  readonly place: string;
  /** Their id; null = there is none. */
  readonly id: string | null;
  /** Our id; null = the client is left out. */
  readonly clientId: string | null;
  /** Why it is left out. */
  readonly leftOut?: string;
  /** Their names of the fields that come along, if only in part. */
  readonly carried: readonly string[];
  readonly notes: readonly Note[];
  /** The fields for which there is nothing here. */
  readonly unknown: readonly string[];
}

const WIDTH = 14;

/** Tells about one client after the other, on stderr or in a file, as text or as lines of JSON. */
export class Report {
  private readonly descriptor: number | undefined;
  readonly counts = { converted: 0, leftOut: 0 };

  constructor(
    private readonly file: string | undefined,
    private readonly isJson: boolean,
    private readonly say: (lines: string) => void,
  ) {
    if (file === undefined) return;
    try {
      this.descriptor = openSync(file, 'w', 0o600);
    } catch (error) {
      throw unusable(file, 'written', error);
    }
  }

  add(client: ReportedClient): void {
    this.counts[client.clientId === null ? 'leftOut' : 'converted'] += 1;
    this.write(this.isJson ? visibleJson(JSON.stringify(client)) : textOf(visibleValue(client)));
  }

  /** The last line. It is on stderr even if the report is not. */
  end(remarks: readonly string[]): void {
    const { converted, leftOut } = this.counts;
    if (this.isJson) this.write(JSON.stringify({ converted, leftOut }));
    for (const remark of remarks) this.say(`${visibleValue(remark)}\n`);
    if (!this.isJson || this.file !== undefined) {
      this.say(`${converted} ${converted === 1 ? 'client' : 'clients'} converted, ${leftOut} left out.\n`);
    }
    if (this.descriptor !== undefined) closeSync(this.descriptor);
  }

  private write(text: string): void {
    try {
      if (this.descriptor === undefined) this.say(`${text}\n`);
      else writeSync(this.descriptor, `${text}\n`);
    } catch (error) {
      throw unusable(this.file!, 'written', error);
    }
  }
}

function textOf({ file, place, id, clientId, leftOut, carried, notes, unknown }: ReportedClient): string {
  const where = place === '' ? file : `${file}: ${place}`;
  const rows = notes.map(({ what, field, value, message }) => [
    what,
    `${field}${value === undefined ? '' : ` ${JSON.stringify(value)}`}: ${message}`,
  ]);
  return [
    clientId === null ? `- ${id ?? 'no id'}` : `+ ${id === clientId ? clientId : `${id} → ${clientId}`}`,
    row('from', where),
    ...(leftOut === undefined ? [] : [row('left out', leftOut)]),
    ...(clientId === null || carried.length === 0 ? [] : [row('carried over', carried.join(', '))]),
    ...(clientId === null ? [] : rows.map(([what, text]) => row(what!, text!))),
    ...(clientId === null || unknown.length === 0
      ? []
      : [row('left', `${unknown.join(', ')}: there is no such field here`)]),
  ].join('\n');
}

function row(what: string, text: string): string {
  return `    ${what.padEnd(WIDTH)}${text}`;
}
