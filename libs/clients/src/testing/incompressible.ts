/** So many different letters, each of three bytes: as large as a text of this length gets, also compressed. */
export function incompressible(letters: number): string {
  return Array.from({ length: letters }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000))).join(
    '',
  );
}
