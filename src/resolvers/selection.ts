import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { greater, type Need } from '../domain/need.ts';
import { PROCESS_NEEDS, type NeedTable } from './process-needs.ts';

/** The part of GraphQLResolveInfo that tells what is selected; plain and compiled execution both have it. */
export type SelectionInfo = {
  fieldNodes: readonly FieldNode[];
  fragments: { readonly [name: string]: FragmentDefinitionNode };
};

/** The fields right below a selection, those of fragments included; each fragment is entered once. */
function* fieldsIn(
  selection: SelectionSetNode,
  fragments: SelectionInfo['fragments'],
  entered: Set<SelectionSetNode> = new Set(),
): Generator<FieldNode> {
  if (entered.has(selection)) return;
  entered.add(selection);
  for (const node of selection.selections) {
    if (node.kind === Kind.FIELD) {
      yield node;
      continue;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
    if (fragment !== undefined) yield* fieldsIn(fragment.selectionSet, fragments, entered);
  }
}

function needOf(selection: SelectionSetNode, table: NeedTable, fragments: SelectionInfo['fragments']): Need {
  let need: Need = 'key';
  for (const { name, selectionSet } of fieldsIn(selection, fragments)) {
    // A field that is not in the table is of another type, which a fragment names: it is not seen on a process.
    const its = table[name.value] ?? 'key';
    if (typeof its === 'string') need = greater(need, its);
    else if (selectionSet !== undefined) need = greater(need, needOf(selectionSet, its, fragments));
  }
  return need;
}

type Selected = { fields: ReadonlySet<string>; need: Need };

function select({ fieldNodes, fragments }: SelectionInfo): Selected {
  const fields = new Set<string>();
  let need: Need = 'key';
  for (const { selectionSet } of fieldNodes) {
    if (selectionSet === undefined) continue;
    for (const { name } of fieldsIn(selectionSet, fragments)) fields.add(name.value);
    need = greater(need, needOf(selectionSet, PROCESS_NEEDS, fragments));
  }
  return { fields, need };
}

/** By the node of the field, which lives as long as its parsed document does: decided once for an operation. */
const known = new WeakMap<FieldNode, Selected>();

function selected(info: SelectionInfo): Selected {
  const [node] = info.fieldNodes;
  // A field written several times is merged anew for each operation, and no single node stands for it.
  if (node === undefined || info.fieldNodes.length > 1) return select(info);
  let its = known.get(node);
  if (its === undefined) known.set(node, (its = select(info)));
  return its;
}

/**
 * The names (not aliases) of the fields that are selected right below a field, those of fragments included. It errs
 * towards more: fields under `@skip` and `@include` count, because the answer holds for all variables, and so do those
 * of fragments on any type, because `Process` is the only entity and a fragment may name it by `_Entity`.
 */
export function selectedFields(info: SelectionInfo): ReadonlySet<string> {
  return selected(info).fields;
}

/** What the selection below a field of type `Process` needs of the process; it errs towards more as well. */
export function neededOfProcess(info: SelectionInfo): Need {
  return selected(info).need;
}
