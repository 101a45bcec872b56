import { readFileSync } from 'node:fs';
import { CliFailure } from './failure.js';
import { reasonOf } from './reason.js';

/** What begins a text that says how it is encoded: Windows writes all of them. */
const ENCODINGS: readonly [encoding: string, mark: Buffer][] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

/** The text of a file, or of stdin, without the mark of its encoding. */
export function readText(file: string): string {
  const bytes = bytesOf(file);
  const [encoding] = ENCODINGS.find(([, mark]) => bytes.subarray(0, mark.length).equals(mark)) ?? ['utf-8'];
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new CliFailure(`${nameOf(file)} is not text in UTF-8 or UTF-16.`);
  }
}

/** As people are told of it. */
export function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file;
}

/** That a file cannot be read, or written, and why. */
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
