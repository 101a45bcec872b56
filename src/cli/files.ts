import { readFileSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { CliFailure } from './failure.js';
import { reasonOf } from './reason.js';

/** Byte order marks, by encoding. Programs on Windows write all of these. */
const ENCODINGS: readonly [encoding: string, mark: Buffer][] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

/** The text of a file, or of stdin, without its byte order mark. */
export function readText(file: string): string {
  const bytes = bytesOf(file);
  try {
    return decoderFor(bytes).decode(bytes);
  } catch {
    throw noText(file);
  }
}

/** A decoder for text that begins with these bytes. It leaves out the byte order mark, and throws if the bytes are no text. */
export function decoderFor(bytes: Uint8Array): TextDecoder {
  const [encoding] = ENCODINGS.find(([, mark]) => mark.equals(bytes.subarray(0, mark.length))) ?? ['utf-8'];
  return new TextDecoder(encoding, { fatal: true });
}

export function noText(file: string): CliFailure {
  return new CliFailure(`${nameOf(file)} is not text in UTF-8 or UTF-16.`);
}

/** The name of the file in messages. */
export function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file;
}

/** The error for a file that cannot be read or written, with the reason. */
export function unusable(file: string, what: 'read' | 'written', error: unknown): CliFailure {
  return new CliFailure(`${nameOf(file)} cannot be ${what}: ${reasonOf(error)}.`);
}

/** Refuses a folder. Without this check, the rename would report that the folder is busy or not empty. */
export async function requireNoFolder(file: string): Promise<void> {
  const isFolder = (await stat(file).catch(() => undefined))?.isDirectory();
  if (isFolder) throw new CliFailure(`${file} cannot be written: it is a folder.`);
}

/** Writes a file, which appears only when it is complete. */
export async function wholly(file: string, write: (part: string) => Promise<void>): Promise<void> {
  const part = `${file}.part`;
  try {
    await write(part);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** The size in bytes. */
export async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw unusable(file, 'read', error);
  }
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw unusable(file, 'read', error);
  }
}
