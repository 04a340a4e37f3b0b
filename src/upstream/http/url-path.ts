/**
 * Tag for template literals: inserts values into a path as single segments, each percent-encoded, so that an id cannot
 * become another path. Throws when a segment is empty or a dot segment. Ids are validated before they come here; this check
 * is the last barrier, because percent-encoding does not change dots.
 */
export function path(fixed: TemplateStringsArray, ...segments: string[]): string {
  return fixed.reduce((built, part, i) => {
    const segment = segments[i - 1] ?? '';
    if (segment === '' || segment === '.' || segment === '..')
      throw new Error(
        'expected a path segment with characters other than dots, got one that is empty or made of dots',
      );
    return built + encodeURIComponent(segment) + part;
  });
}
