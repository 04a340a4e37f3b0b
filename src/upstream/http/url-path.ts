/**
 * Puts values into a path as single segments, each percent-encoded: an id can not become another path.
 * Ids are checked before they come here; the test for dot segments, which encoding leaves alone, is the last lock.
 */
export function path(fixed: TemplateStringsArray, ...segments: string[]): string {
  return fixed.reduce((built, part, i) => {
    const segment = segments[i - 1] ?? '';
    if (segment === '' || segment === '.' || segment === '..')
      throw new Error('a path segment is empty or made of dots');
    return built + encodeURIComponent(segment) + part;
  });
}
