import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** The part of GraphQLResolveInfo that tells what is selected; plain and compiled execution both have it. */
export type SelectionInfo = {
  fieldNodes: readonly FieldNode[];
  fragments: { readonly [name: string]: FragmentDefinitionNode };
};

function collect(
  selection: SelectionSetNode,
  fragments: SelectionInfo['fragments'],
  fields: Set<string>,
): void {
  for (const node of selection.selections) {
    if (node.kind === Kind.FIELD) {
      fields.add(node.name.value);
      continue;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
    if (fragment !== undefined) collect(fragment.selectionSet, fragments, fields);
  }
}

function collectFrom({ fieldNodes, fragments }: SelectionInfo): ReadonlySet<string> {
  const fields = new Set<string>();
  for (const { selectionSet } of fieldNodes) {
    if (selectionSet !== undefined) collect(selectionSet, fragments, fields);
  }
  return fields;
}

/** By the node of the field, which lives as long as its parsed document does: decided once for an operation. */
const known = new WeakMap<FieldNode, ReadonlySet<string>>();

/**
 * The names (not aliases) of the fields that are selected right below a field, those of fragments included. It errs
 * towards more: fields under `@skip` and `@include` count, because the answer holds for all variables, and so do those
 * of fragments on any type, because `Process` is the only entity and a fragment may name it by `_Entity`.
 */
export function selectedFields(info: SelectionInfo): ReadonlySet<string> {
  const [node] = info.fieldNodes;
  // A field written several times is merged anew for each operation, and no single node stands for it.
  if (node === undefined || info.fieldNodes.length > 1) return collectFrom(info);
  let fields = known.get(node);
  if (fields === undefined) known.set(node, (fields = collectFrom(info)));
  return fields;
}
