import { redirectUriViolation } from '#clients';
import { loopbackHostOf, originViolation } from '../../libs/clients/src/redirect-uri.js';

const strict = { allowPlainHttp: false };
const long = (length: number) => `https://a.com/${'x'.repeat(length - 'https://a.com/'.length)}`;

describe('a redirect URI is accepted:', () => {
  it.each([
    ['https with a path', 'https://app.example.com/callback'],
    ['https without a path', 'https://a.com'],
    ['https with a bare slash', 'https://a.com/'],
    ['a single-label host', 'https://intranet/callback'],
    ['any port', 'https://a.com:8443/cb'],
    ['the highest port', 'https://a.com:65535'],
    ['the port of http on https', 'https://a.com:80/'],
    ['an IDN as punycode', 'https://xn--bcher-kva.example/cb'],
    ['a canonical IPv4 address over https', 'https://192.0.2.1/cb'],
    ['a hyphen inside a host label', 'https://my-app.example.com/'],
    ['digits as a host label', 'https://1.example.com/'],
    ['http on localhost', 'http://localhost'],
    ['http on localhost with port and path', 'http://localhost:3000/cb'],
    ['https on localhost', 'https://localhost/cb'],
    ['http on 127.0.0.1', 'http://127.0.0.1:8080/cb'],
    ['http on [::1]', 'http://[::1]:8080/cb'],
    ['https on [::1]', 'https://[::1]/cb'],
    ['a query, which only v1 refuses', 'https://a.com/cb?next=1&b=2'],
    ['a segment that begins with dots', 'https://a.com/.well-known/..cb'],
    ['a segment that ends with dots', 'https://a.com/cb./cb..'],
    ['a segment of three dots', 'https://a.com/.../cb'],
    ['a .. segment in the query', 'https://a.com/cb?next=/../x'],
    ['a bare trailing ?, which only v1 refuses', 'https://a.com/cb?'],
    ['a private-use scheme with a dot', 'com.example.app:/oauth2redirect'],
    ['a private-use scheme with an authority', 'com.example.app://callback'],
    ['a private-use scheme with a query', 'com.example.app:/cb?x=1'],
    ['a private-use scheme with digits and a hyphen', 'com.example-2.app:/cb'],
    ['a percent escape', 'https://a.com/%20x'],
    ['an empty path segment', 'https://a.com//cb'],
    ['a trailing slash in the path', 'https://a.com/cb/'],
    ['an @ in the path', 'https://a.com/@me'],
    ['printable ASCII in the path', "https://a.com/!$&'()+,;=:@-._~/[]"],
    ['2048 characters', long(2048)],
  ])('%s', (_, uri) => {
    expect(redirectUriViolation(uri, strict)).toBeUndefined();
  });
});

describe('a redirect URI is refused as malformed:', () => {
  it.each([
    ['the empty string', ''],
    ['2049 characters', long(2049)],
    ['a word', 'string'],
    ['a relative URI', '/callback'],
    ['a URI without a scheme', '//a.com/cb'],
    ['a host alone', 'a.com'],
    ['https without a host', 'https://'],
    ['a port beyond 65535', 'https://a.com:65536/'],
    ['broken punycode', 'https://xn--a/'],
    ['a space', 'https://a.com/a b'],
    ['a leading space', ' https://a.com/'],
    ['a trailing line feed', 'https://a.com/\n'],
    ['a tab in the scheme, which parsers drop', 'ht\ttps://a.com/'],
    ['a NUL', 'https://a.com/\0'],
    ['a letter beyond ASCII in the host', 'https://bücher.example/'],
    ['a letter beyond ASCII in the path', 'https://a.com/ü'],
    ['a DEL', 'https://a.com/\x7f'],
    ['\\', 'https://a.com\\cb'],
    ['"', 'https://a.com/"'],
    ['<', 'https://a.com/<'],
    ['>', 'https://a.com/>'],
    ['^', 'https://a.com/^'],
    ['`', 'https://a.com/`'],
    ['{', 'https://a.com/{'],
    ['|', 'https://a.com/|'],
    ['}', 'https://a.com/}'],
    ['* in the path', 'https://a.com/*'],
    ['* as a host label', 'https://*.example.com/'],
  ])('%s', (_, uri) => {
    expect(redirectUriViolation(uri, strict)?.kind).toBe('malformed');
  });
});

describe('a redirect URI can be parsed, but is refused as forbidden for not being in canonical form:', () => {
  it.each([
    ['the default port of https', 'https://a.com:443/'],
    ['the default port of http', 'http://localhost:80/'],
    ['an upper-case host', 'https://A.com/'],
    ['an upper-case localhost', 'http://LOCALHOST/'],
    ['an upper-case scheme', 'HTTPS://a.com/'],
    ['an upper-case private-use scheme', 'COM.example.app:/cb'],
    ['a .. segment', 'https://a.com/a/../b'],
    ['a . segment', 'https://a.com/./b'],
    ['a .. segment in percent escapes', 'https://a.com/%2e%2e/b'],
    ['a .. segment behind a private-use scheme', 'com.example.app:/a/../b'],
    ['a .. segment right behind a private-use scheme', 'com.example.app:../b'],
    ['a decimal IPv4 address', 'https://2130706433/'],
    ['a hex IPv4 address', 'https://0x7f.0.0.1/'],
    ['an octal IPv4 address', 'https://0177.0.0.1/'],
    ['a shortened IPv4 address', 'https://127.1/'],
    ['a percent escape in the host', 'https://%61.com/'],
    ['a scheme without slashes', 'https:a.com'],
    ['a scheme with one slash', 'https:/a.com/'],
    ['a scheme with three slashes', 'https:///a.com/'],
    ['an empty port', 'https://a.com:/'],
    ['a leading zero in the port', 'https://a.com:08443/'],
    ['an empty user', 'https://@a.com/'],
    ['a long form of ::1', 'https://[0:0:0:0:0:0:0:1]/'],
    ['a query right behind the host', 'https://a.com?x=1'],
  ])('%s', (_, uri) => {
    expect(redirectUriViolation(uri, strict)?.kind).toBe('forbidden');
  });
});

describe('a redirect URI is refused as forbidden:', () => {
  it.each([
    ['a fragment', 'https://a.com/cb#top'],
    ['a bare trailing #', 'https://a.com/cb#'],
    ['a fragment behind a private-use scheme', 'com.example.app:/cb#x'],
    ['http on another host', 'http://a.com/cb'],
    ['http on a host that begins with localhost', 'http://localhost.evil.com/'],
    ['http on a host that ends with localhost', 'http://evil-localhost/'],
    ['http on a subdomain of localhost', 'http://app.localhost/'],
    ['http on localhost with a trailing dot', 'http://localhost./'],
    ['http on another loopback address', 'http://127.0.0.2/'],
    ['http on 0.0.0.0', 'http://0.0.0.0/'],
    ['http on [::]', 'http://[::]/'],
    ['https on 0.0.0.0', 'https://0.0.0.0/'],
    ['https on [::]', 'https://[::]/'],
    ['another IPv6 address', 'https://[2001:db8::1]/'],
    ['an IPv4-mapped IPv6 address', 'https://[::ffff:7f00:1]/'],
    ['a user', 'https://user@a.com/'],
    ['a user and a password', 'https://user:pass@a.com/'],
    ['a password alone', 'https://:pass@a.com/'],
    ['another host disguised as a user', 'http://localhost@evil.com/'],
    ['a user behind a private-use scheme', 'com.example.app://user@host'],
    ['an underscore in the host', 'https://a_b.example.com/'],
    ['an empty host label', 'https://a..com/'],
    ['a leading dot', 'https://.a.com/'],
    ['a trailing dot', 'https://a.com./'],
    ['a leading hyphen in a host label', 'https://-a.com/'],
    ['a trailing hyphen in a host label', 'https://a-.com/'],
    ['a ~ in the host', 'https://a~b.com/'],
    ['javascript:', 'javascript:alert(1)'],
    ['data:', 'data:text/html,hello'],
    ['file:', 'file:///etc/passwd'],
    ['blob:', 'blob:https://a.com/x'],
    ['about:', 'about:blank'],
    ['vbscript:', 'vbscript:x'],
    ['ftp:', 'ftp://a.com/'],
    ['ws:', 'wss://a.com/'],
    ['mailto:', 'mailto:me@a.com'],
    ['urn:', 'urn:ietf:wg:oauth:2.0:oob'],
    ['a private-use scheme without a dot', 'myapp:/cb'],
    ['a private-use scheme that ends with a dot', 'myapp.:/cb'],
    ['a host and a port without a scheme', 'app.example.com:8443/cb'],
  ])('%s', (_, uri) => {
    expect(redirectUriViolation(uri, strict)?.kind).toBe('forbidden');
  });
});

describe('with ALLOW_HTTP_CALLBACKS', () => {
  const loose = { allowPlainHttp: true };

  it.each(['http://a.com/cb', 'http://192.0.2.1/', 'http://a.com:8080/x?y=1'])('%s is accepted', (uri) => {
    expect(redirectUriViolation(uri, strict)?.kind).toBe('forbidden');
    expect(redirectUriViolation(uri, loose)).toBeUndefined();
  });

  it.each([
    'http://0.0.0.0/',
    'http://a_b.com/',
    'http://user@a.com/',
    'http://A.com/',
    'http://a.com/#x',
    'javascript:x',
  ])('%s is still refused', (uri) => {
    expect(redirectUriViolation(uri, loose)).toBeDefined();
  });
});

describe('an allowed origin', () => {
  it.each(['https://a.com', 'https://a.com:8443', 'http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:5173'])(
    '%s is accepted',
    (origin) => {
      expect(originViolation(origin, strict)).toBeUndefined();
    },
  );

  it.each([
    ['a trailing slash', 'https://a.com/'],
    ['a path', 'https://a.com/x'],
    ['a query', 'https://a.com/?x=1'],
    ['a default port', 'https://a.com:443'],
    ['*', '*'],
    ['a wildcard label', 'https://*.a.com'],
    ['null', 'null'],
    ['the empty string', ''],
    ['plain http', 'http://a.com'],
    ['a private-use scheme', 'com.example.app://host'],
    ['a user', 'https://user@a.com'],
    ['upper case', 'https://A.com'],
  ])('with %s is refused', (_, origin) => {
    expect(originViolation(origin, strict)).toBeDefined();
    expect(originViolation(origin, strict)!.message).not.toContain('/callback');
  });
});

describe('what is said of a refused URI', () => {
  it.each([
    ['', 'must not be empty'],
    [long(2049), 'must be at most 2048 characters'],
    [
      'https://bücher.example/',
      'must be printable ASCII without spaces (write an international host name as punycode)',
    ],
    ['https://a.com/*', 'must not contain any of \\ " < > ^ ` { | } *'],
    ['/callback', 'must be an absolute URI such as https://example.com/callback'],
    ['https://a.com/cb#x', 'must not have a fragment (#)'],
    ['http://a.com/', 'must use https (http is for localhost, 127.0.0.1 and [::1] only)'],
    ['app.example.com:8443/cb', 'must begin with a scheme, such as https://app.example.com:8443/cb'],
    ['myapp:/cb', 'must use https, http on localhost, or a private-use scheme with a dot in it (RFC 8252 §7.1)'],
    ['https://user@a.com/', 'must not carry user information (@)'],
    ['https://[::]/', 'must not name an IPv6 address other than [::1]'],
    ['https://0.0.0.0/', 'must not name the unspecified address'],
    ['https://a..com/', 'must have a host of letters, digits and hyphens, without empty labels or a trailing dot'],
    ['https://A.com/', 'must be in canonical form: https://a.com/'],
    ['com.example.app:cb/../x', 'must not have a . or .. segment'],
  ])('%s: names the rule', (uri, message) => {
    expect(redirectUriViolation(uri, strict)?.message).toBe(message);
  });

  it.each([
    ['https://A.com', 'https://a.com'],
    ['https://a.com:443', 'https://a.com'],
    ['http://LOCALHOST:03000', 'http://localhost:3000'],
    ['https://a.com?x', 'https://a.com'],
    ['https:a.com', 'https://a.com'],
  ])('of the origin %s names a form that is accepted', (origin, canonical) => {
    expect(originViolation(origin, strict)?.message).toBe(`must be in canonical form: ${canonical}`);
    expect(originViolation(canonical, strict)).toBeUndefined();
  });

  it('of an origin names the form that it has to have', () => {
    for (const text of ['null', 'https://a.com/x']) {
      expect(originViolation(text, strict)?.message).toBe(
        'must be a bare origin such as https://example.com, without a path or a trailing slash',
      );
    }
  });
});

describe('the machine on which a URI is opened', () => {
  it.each([
    ['http://localhost:3000/cb', 'localhost'],
    ['https://127.0.0.1/', '127.0.0.1'],
    ['http://[::1]/', '[::1]'],
    ['https://localhost.example.com/', undefined],
    ['com.example.http://localhost/cb', undefined],
    ['no URI', undefined],
  ])('%s leads to it under the name %s', (uri, host) => {
    expect(loopbackHostOf(uri)).toBe(host);
  });
});
