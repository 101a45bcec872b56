import { SecretHasher } from '#clients';

/** Hashes chosen secrets by scrypt, too, for a thousandth of what it costs: for tests that compare many. */
export class CheapHasher extends SecretHasher {
  protected override get slowAlgorithm(): string {
    return 'scrypt-5-8-3';
  }
}

/** The servers of a file hash chosen secrets as cheaply. */
export function hashCheaply(): void {
  const name = 'slowAlgorithm';
  const usual = Object.getOwnPropertyDescriptor(SecretHasher.prototype, name)!;
  beforeAll(() => {
    Object.defineProperty(SecretHasher.prototype, name, Object.getOwnPropertyDescriptor(CheapHasher.prototype, name)!);
  });
  afterAll(() => {
    Object.defineProperty(SecretHasher.prototype, name, usual);
  });
}
