import { Controller, Get, Header, Inject, Param } from '@nestjs/common';
import { type Dialect, FailureError, Public } from '../http/index.js';
import { page } from './page.js';

/** Injection token of all published APIs, the admin API included. */
export const DIALECTS = Symbol('Dialects');

/** The pages that link relations and error types point to, made from the very tables that the answers are made from. */
@Controller('doc')
export class PagesController {
  constructor(@Inject(DIALECTS) private readonly dialects: readonly Dialect[]) {}

  @Get('errors/:slug')
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  error(@Param('slug') slug: string): string {
    const found = this.dialects.flatMap((dialect) => dialect.errorPages).find((each) => each.slug === slug);
    return found ? page('Problem', found.title, found.text) : noSuchPage();
  }

  /** Relations hold slashes, which may come percent-encoded. */
  @Get('rel/*')
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  relation(@Param('*') name: string): string {
    const relations = this.dialects.flatMap((dialect) => Object.entries(dialect.relations ?? {}));
    if (name === '') return page('Link relations', 'Relations', relations.map(([known]) => known).join(', '));
    const found = relations.find(([known]) => known === name);
    return found ? page('Link relation', name, found[1]) : noSuchPage();
  }
}

function noSuchPage(): never {
  throw new FailureError({ kind: 'route_not_found' });
}
