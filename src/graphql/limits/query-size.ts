import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Finds a fragment of the document by its name. */
export type FragmentOf = (name: string) => FragmentDefinitionNode | null | undefined;

/** How deep and how many the fields of a selection are, with its fragments written out. */
export type QuerySize = { depth: number; fields: number };

const NONE: QuerySize = { depth: 0, fields: 0 };

/** graphql-js bounds the depth of introspection by a rule of its own; its fields are counted like others. */
const isIntrospection = ({ name }: FieldNode): boolean => name.value.startsWith('__');

/** Measures selections, each fragment once. One that leads back to itself is refused by graphql-js, and counts nothing here. */
export function createQuerySizer(fragmentOf: FragmentOf): (selections: SelectionSetNode) => QuerySize {
  const known = new Map<FragmentDefinitionNode, QuerySize>();

  function ofFragment(fragment: FragmentDefinitionNode | null | undefined): QuerySize {
    if (fragment === null || fragment === undefined) return NONE;
    const before = known.get(fragment);
    if (before !== undefined) return before;
    known.set(fragment, NONE);
    const extent = measure(fragment.selectionSet);
    known.set(fragment, extent);
    return extent;
  }

  function ofSelection(selection: SelectionNode): QuerySize {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(fragmentOf(selection.name.value));
    const below = selection.selectionSet === undefined ? NONE : measure(selection.selectionSet);
    if (selection.kind === Kind.INLINE_FRAGMENT) return below;
    return { depth: isIntrospection(selection) ? 0 : below.depth + 1, fields: below.fields + 1 };
  }

  function measure({ selections }: SelectionSetNode): QuerySize {
    const extents = selections.map(ofSelection);
    return {
      depth: extents.reduce((most, { depth }) => Math.max(most, depth), 0),
      fields: extents.reduce((sum, { fields }) => sum + fields, 0),
    };
  }
  return measure;
}
