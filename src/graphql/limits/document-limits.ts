import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ASTVisitor,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import {
  MAX_ALIASES,
  MAX_DEPTH,
  MAX_DIRECTIVES,
  MAX_FIELDS,
  MAX_MUTATION_ROOTS,
  MAX_QUERY_ROOTS,
} from './limits.ts';
import { QuerySizer, type FragmentOf } from './query-size.ts';

/**
 * The number of root fields, those of fragments included. A fragment counts once, because its fields merge where it is
 * spread again.
 */
function countRootFields(
  { selections }: SelectionSetNode,
  fragmentOf: FragmentOf,
  visited: Set<string> = new Set(),
): number {
  return selections.reduce((sum, selection) => {
    if (selection.kind === Kind.FIELD) return sum + 1;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return sum + countRootFields(selection.selectionSet, fragmentOf, visited);
    }
    const name = selection.name.value;
    const fragment = visited.has(name) ? undefined : fragmentOf(name);
    visited.add(name);
    return fragment ? sum + countRootFields(fragment.selectionSet, fragmentOf, visited) : sum;
  }, 0);
}

/**
 * A validation rule: rejects documents that exceed `limits.ts`. It depends on the document alone, and validated
 * documents are cached, so that most requests skip it.
 */
export function documentLimits(context: ValidationContext): ASTVisitor {
  const fragmentOf: FragmentOf = (name) => context.getFragment(name);
  const sizer = new QuerySizer(fragmentOf);
  const counts = { aliases: 0, directives: 0 };

  function enforce(what: string, max: number, got: number): void {
    if (got > max) context.reportError(new GraphQLError(`expected at most ${max} ${what}, got ${got}`));
  }

  function checkOperation({ operation, selectionSet }: OperationDefinitionNode): void {
    const { depth, fields } = sizer.measure(selectionSet);
    enforce('levels of fields', MAX_DEPTH, depth);
    enforce('fields with all fragments written out', MAX_FIELDS, fields);
    const maxRoots = operation === OperationTypeNode.MUTATION ? MAX_MUTATION_ROOTS : MAX_QUERY_ROOTS;
    enforce(`fields at the root of a ${operation}`, maxRoots, countRootFields(selectionSet, fragmentOf));
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
        enforce('aliases', MAX_ALIASES, counts.aliases);
        enforce('directives', MAX_DIRECTIVES, counts.directives);
      },
    },
  };
}
