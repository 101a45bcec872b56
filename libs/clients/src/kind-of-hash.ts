/** Any text in the PHC string format: its name, a version, parameters, salt, and a hash of 16 bytes or more. */
const PHC_TEXT =
  /^\$([a-z\d-]{1,32})(?:\$v=\d+)?\$[a-z\d-]+=[\w/+.-]+(?:,[a-z\d-]+=[\w/+.-]+)*\$[A-Za-z\d/+.-]+\$[A-Za-z\d/+.-]{22,}={0,2}$/;
/** The texts of crypt(3), and those of passlib that name only a number of rounds. */
const CRYPT_TEXTS: readonly (readonly [kind: string, form: RegExp])[] = [
  ['bcrypt', /^\$2[abxy]?\$\d\d\$[./A-Za-z\d]{53}$/],
  ['md5-crypt', /^\$(?:1|apr1)\$[./A-Za-z\d]{1,8}\$[./A-Za-z\d]{22}$/],
  ['sha256-crypt', /^\$5\$(?:rounds=\d+\$)?[./A-Za-z\d]{1,16}\$[./A-Za-z\d]{43}$/],
  ['sha512-crypt', /^\$6\$(?:rounds=\d+\$)?[./A-Za-z\d]{1,16}\$[./A-Za-z\d]{86}$/],
  ['yescrypt', /^\$y\$[./A-Za-z\d]+\$[./A-Za-z\d]+\$[./A-Za-z\d]{43}$/],
  ['pbkdf2-sha1', /^\$pbkdf2\$\d+\$[./A-Za-z\d]+\$[./A-Za-z\d]{27}$/],
  ['pbkdf2-sha256', /^\$pbkdf2-sha256\$\d+\$[./A-Za-z\d]+\$[./A-Za-z\d]{43}$/],
  ['pbkdf2-sha512', /^\$pbkdf2-sha512\$\d+\$[./A-Za-z\d]+\$[./A-Za-z\d]{86}$/],
];

/** The kind of a hash, of those that are understood and of others; undefined = the text has the form of none. */
export function kindOfHash(text: string): string | undefined {
  return CRYPT_TEXTS.find(([, form]) => form.test(text))?.[0] ?? PHC_TEXT.exec(text)?.[1];
}
