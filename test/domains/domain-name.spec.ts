import { domainNameViolation } from '#domains';

const label = (length: number) => 'a'.repeat(length);
const longest = `${label(63)}.${label(63)}.${label(63)}.${label(61)}`;

describe('a domain name may be', () => {
  it.each([
    ['a single label, as in the seed’s own curl', 'your-domain-here'],
    ['one letter', 'a'],
    ['one digit', '7'],
    ['several labels', 'login.example.com'],
    ['a generated one', '0123456789abcdef.sandbox.localhost'],
    ['one with two hyphens in a row', 'xn--bcher-kva.example'],
    ['one with a label of 63 characters', `${label(63)}.example`],
    ['one of 253 characters', longest],
  ])('%s', (_, name) => {
    expect(domainNameViolation(name)).toBeUndefined();
  });

  it('up to 253 characters long', () => {
    expect(longest).toHaveLength(253);
  });
});

describe('a domain name may not', () => {
  it.each([
    ['be empty', ''],
    ['have upper-case letters', 'Login.example.com'],
    ['have an underscore', 'my_domain'],
    ['have a space', 'my domain'],
    ['have a slash', 'a/b'],
    ['have a port', 'localhost:7472'],
    ['have a letter beyond ASCII', 'bücher.example'],
    ['end with a line feed', 'example\n'],
    ['have a NUL', 'exam\0ple'],
    ['have a percent escape', 'a%2eb'],
    ['begin with a dot', '.example'],
    ['end with a dot', 'example.'],
    ['have an empty label', 'a..b'],
    ['be a dot', '.'],
    ['begin with a hyphen', '-a'],
    ['end with a hyphen', 'a-'],
    ['have a label that begins with a hyphen', 'a.-b'],
    ['have a label that ends with a hyphen', 'a-.b'],
    ['be a hyphen', '-'],
    ['have a label of 64 characters', `${label(64)}.example`],
    ['have 254 characters', `${longest}a`],
  ])('%s', (_, name) => {
    expect(domainNameViolation(name)).toMatch(/^must be /);
  });
});
