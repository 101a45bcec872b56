import { Controller, Get, Header, Headers, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Dialect, FailureError, Public } from '../http/index.js';
import { page } from './page.js';
import { type JudgedUri, REDIRECT_URI_CORPUS } from './redirect-uri.corpus.js';
import { redirectUrisPage } from './redirect-uris.page.js';

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

  /** For people a page; for programs, which ask for JSON and not for HTML, the very data. */
  @Get('redirect-uris')
  @Public()
  @Header('vary', 'accept')
  redirectUris(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | readonly JudgedUri[] {
    const named = (accept ?? '').toLowerCase();
    if (named.includes('application/json') && !named.includes('text/html')) return REDIRECT_URI_CORPUS;
    reply.type('text/html; charset=utf-8');
    return redirectUrisPage(REDIRECT_URI_CORPUS);
  }
}

function noSuchPage(): never {
  throw new FailureError({ kind: 'route_not_found' });
}
