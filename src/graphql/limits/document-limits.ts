import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ASTVisitor,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { createQuerySizer, type FragmentOf } from './query-size.ts';
import {
  MAX_ALIASES,
  MAX_DEPTH,
  MAX_DIRECTIVES,
  MAX_FIELDS,
  MAX_MUTATION_ROOTS,
  MAX_QUERY_ROOTS,
} from './limits.ts';

/** How many fields stand at the root, those of fragments included. */
function countRoots(
  { selections }: SelectionSetNode,
  fragmentOf: FragmentOf,
  within: Set<string> = new Set(),
): number {
  return selections.reduce((sum, selection) => {
    if (selection.kind === Kind.FIELD) return sum + 1;
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return sum + countRoots(selection.selectionSet, fragmentOf, within);
    const name = selection.name.value;
    const fragment = within.has(name) ? undefined : fragmentOf(name);
    // Each fragment once: its fields fall together where it is spread again.
    within.add(name);
    return fragment ? sum + countRoots(fragment.selectionSet, fragmentOf, within) : sum;
  }, 0);
}

/**
 * Refuses documents that ask for more than `limits.ts` allows. It looks at the document alone, which is validated once and then
 * kept, so what it costs is not paid with each request.
 */
export function documentLimits(context: ValidationContext): ASTVisitor {
  const fragmentOf: FragmentOf = (name) => context.getFragment(name);
  const measure = createQuerySizer(fragmentOf);
  const counts = { aliases: 0, directives: 0 };

  function hold(what: string, most: number, got: number): void {
    if (got > most) context.reportError(new GraphQLError(`expected at most ${most} ${what}, got ${got}`));
  }

  function checkOperation({ operation, selectionSet }: OperationDefinitionNode): void {
    const { depth, fields } = measure(selectionSet);
    hold('levels of fields', MAX_DEPTH, depth);
    hold('fields with all fragments written out', MAX_FIELDS, fields);
    const most = operation === OperationTypeNode.MUTATION ? MAX_MUTATION_ROOTS : MAX_QUERY_ROOTS;
    hold(`fields at the root of a ${operation}`, most, countRoots(selectionSet, fragmentOf));
  }

  return {
    Field({ alias }) {
      if (alias !== undefined) counts.aliases += 1;
    },
    Directive() {
      counts.directives += 1;
    },
    OperationDefinition: checkOperation,
    Document: {
      leave() {
        hold('aliases', MAX_ALIASES, counts.aliases);
        hold('directives', MAX_DIRECTIVES, counts.directives);
      },
    },
  };
}
