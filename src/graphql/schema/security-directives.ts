import { parse, print, visit, type DirectiveNode, type DocumentNode, type NameNode } from 'graphql';

/** Directives that restrict access. This service enforces the first one itself, on fields alone. */
export const SECURITY_DIRECTIVES: ReadonlySet<string> = new Set([
  'requiresScopes',
  'authenticated',
  'policy',
]);

/** The types of the arguments of these directives. */
const SECURITY_SCALARS: ReadonlySet<string> = new Set(['Scope', 'Policy']);

/** A name without the prefix of what no `@link` imports. */
const bareName = ({ value }: NameNode): string => value.replace(/^federation__/, '');

/** Removes the names of security directives from the imports of a `@link`. */
function withoutImports(link: DirectiveNode): DirectiveNode {
  return visit(link, {
    StringValue: ({ value }) => (SECURITY_DIRECTIVES.has(value.replace(/^@/, '')) ? null : undefined),
  });
}

/**
 * Removes the security directives from federation SDL: each application, each import, and their definitions.
 * `@apollo/gateway` supports none of them, and does not start over a graph that has one.
 */
export function withoutSecurityDirectives(sdl: string): string {
  const document: DocumentNode = visit(parse(sdl), {
    Directive(node) {
      if (SECURITY_DIRECTIVES.has(node.name.value)) return null;
      return node.name.value === 'link' ? withoutImports(node) : undefined;
    },
    DirectiveDefinition: ({ name }) => (SECURITY_DIRECTIVES.has(bareName(name)) ? null : undefined),
    ScalarTypeDefinition: ({ name }) => (SECURITY_SCALARS.has(bareName(name)) ? null : undefined),
  });
  return print(document);
}
