import { readFileSync } from 'node:fs';
import { CliFailure } from './failure.js';
import { reasonOf } from './reason.js';

/** Byte order marks, by encoding. Windows writes all of them. */
const ENCODINGS: readonly [encoding: string, mark: Buffer][] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

/** The text of a file, or of stdin, without its byte order mark. */
export function readText(file: string): string {
  const bytes = bytesOf(file);
  const [encoding] = ENCODINGS.find(([, mark]) => bytes.subarray(0, mark.length).equals(mark)) ?? ['utf-8'];
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new CliFailure(`${nameOf(file)} is not text in UTF-8 or UTF-16.`);
  }
}

/** The name of the file in messages. */
export function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file;
}

/** The failure to read or write a file, with the reason. */
export function unusable(file: string, what: 'read' | 'written', error: unknown): CliFailure {
  return new CliFailure(`${nameOf(file)} cannot be ${what}: ${reasonOf(error)}.`);
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw unusable(file, 'read', error);
  }
}
