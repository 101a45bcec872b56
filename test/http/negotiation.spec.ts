import { prefers } from '../../src/http/index.js';

const HTML = 'text/html';
const HAL = 'application/hal+json';
/** Ketting’s. */
const KETTING =
  'application/prs.hal-forms+json;q=1.0, application/hal+json;q=0.9, application/vnd.siren+json;q=0.8, application/json;q=0.7, text/html;q=0.6';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('HTML is wanted more than HAL', () => {
  it.each([
    BROWSER,
    'text/html',
    'TEXT/HTML',
    'text/html; charset=utf-8',
    'text/*',
    'text/html, */*',
    'text/html, */*;q=0.1',
    'application/hal+json;q=0.5, text/html;q=0.6',
    'application/*;q=0.5,text/html',
    'text/html;q=0.2, application/hal+json;q=0',
    'application/json, text/html',
  ])('by %s', (accept) => {
    expect(prefers(accept, HTML, HAL)).toBe(true);
  });
});

describe('HTML is not wanted more than HAL', () => {
  it.each([
    undefined,
    '',
    '*/*',
    'application/hal+json',
    'Application/HAL+JSON',
    'application/hal+json, text/html',
    'text/html, application/hal+json',
    'text/html;q=0.5, application/hal+json',
    'text/html;q=0.5, */*',
    'text/html;q=0, */*',
    'text/html;q=0',
    'text/html;q=much',
    'text/htmlx',
    'nonsense',
    ', ;',
    KETTING,
  ])('by %j', (accept) => {
    expect(prefers(accept, HTML, HAL)).toBe(false);
  });
});
