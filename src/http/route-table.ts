/** The methods of each path, which tell a wrong method apart from a wrong path. */
export class RouteTable {
  private readonly routes: { readonly segments: readonly string[]; readonly methods: Set<string> }[] = [];

  add(method: string | readonly string[], url: string): void {
    const segments = url.split('/');
    const known = this.routes.find((route) => route.segments.join('/') === url);
    const { methods } = known ?? { methods: new Set<string>() };
    for (const each of [method].flat()) methods.add(each);
    if (!known) this.routes.push({ segments, methods });
  }

  /** Whether this path, or one below it, is known. */
  hasBelow(path: string): boolean {
    const above = path.split('/');
    const fits = (part: string | undefined, segment: string) => part === segment || /^[:*]/.test(part ?? '');
    return this.routes.some(({ segments }) => above.every((segment, index) => fits(segments[index], segment)));
  }

  /** The methods of the path, in alphabetical order. */
  methodsFor(path: string): string[] {
    const segments = path.split('/');
    const fits = (pattern: readonly string[]) => {
      // `/doc/rel/*`. A `*` that is the whole pattern answers preflights, and makes no path known.
      const isOpen = pattern.length > 2 && pattern.at(-1) === '*';
      const parts = isOpen ? pattern.slice(0, -1) : pattern;
      return (
        (isOpen ? segments.length > parts.length : segments.length === parts.length) &&
        parts.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
      );
    };
    const methods = this.routes.filter((route) => fits(route.segments)).flatMap((route) => [...route.methods]);
    return [...new Set(methods)].sort();
  }
}
