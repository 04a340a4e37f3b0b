import {
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { permits, type Scopes } from '../../domain/caller.ts';
import { maxLevel, type FetchLevel } from '../../domain/fetch-level.ts';
import { policyOf } from '../schema/field-policy.ts';
import { requiredLevel } from './fetch-levels.ts';

/** The part of GraphQLResolveInfo that tells what is selected; plain and compiled execution both have it. */
export type SelectionInfo = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'schema'>;

/** What is selected below a field of type `Process`, as far as the caller may see it. It errs towards more. */
export type Selection = {
  /** The names (not aliases) of the fields right below. */
  fields: ReadonlySet<string>;
  /** What all of it needs of the process. */
  level: FetchLevel;
  /** The personal fields among it, such as `Person.duiValue`, and what each needs of the process. */
  personal: ReadonlyMap<string, FetchLevel>;
  /** Whether variables may leave some of it out, by `@skip` or `@include`. */
  conditional: boolean;
};

/** Says whether a selection is left out. */
type LeftOut = (node: SelectionNode) => boolean;

/** The fields right below some selections, those of fragments included; each selection is entered once. */
function* fieldsIn(
  selections: readonly SelectionSetNode[],
  fragments: SelectionInfo['fragments'],
  isLeftOut: LeftOut,
  entered: Set<SelectionSetNode> = new Set(),
): Generator<FieldNode> {
  for (const selection of selections) {
    if (entered.has(selection)) continue;
    entered.add(selection);
    for (const node of selection.selections) {
      if (isLeftOut(node)) continue;
      if (node.kind === Kind.FIELD) {
        yield node;
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
      if (fragment !== undefined) yield* fieldsIn([fragment.selectionSet], fragments, isLeftOut, entered);
    }
  }
}

/**
 * Fields under `@skip` and `@include` count, because what is found holds for all variables, and so do those of fragments on
 * any type, because `Process` is the only entity and a fragment may name it by `_Entity`. What the caller may not see
 * does not count: it is refused where it stands, and must not cost a call.
 */
function select(
  { fieldNodes, fragments, schema }: SelectionInfo,
  scopes: Scopes,
  isLeftOut: LeftOut,
): Selection {
  let level: FetchLevel = 'key';
  let conditional = false;
  const personal = new Map<string, FetchLevel>();

  const hasNoPart: LeftOut = (node) => {
    if (node.directives === undefined || node.directives.length === 0) return false;
    conditional = true;
    return isLeftOut(node);
  };

  /**
   * Goes through some selections of one type, which led there by a field of this need. All that is nested in a type is read
   * together, however often it is written.
   */
  function read(
    typeName: string,
    selections: readonly SelectionSetNode[],
    above: FetchLevel,
  ): ReadonlySet<string> {
    const names = new Set<string>();
    const nested = new Map<string, { selections: SelectionSetNode[]; above: FetchLevel }>();
    const type = schema.getType(typeName);
    const ofType = isObjectType(type) ? type.getFields() : {};
    for (const { name, selectionSet } of fieldsIn(selections, fragments, hasNoPart)) {
      names.add(name.value);
      // What is not there is of another type, which a fragment names: it is not seen on this one.
      const field = Object.hasOwn(ofType, name.value) ? ofType[name.value] : undefined;
      const rule = field && policyOf(field);
      if (rule !== undefined && !permits(rule.requirement, scopes)) continue;
      const its = maxLevel(above, requiredLevel(typeName, name.value));
      level = maxLevel(level, its);
      if (rule?.personal) personal.set(`${typeName}.${name.value}`, its);
      const below = field === undefined ? null : getNamedType(field.type).name;
      // Another process is read, and looked through, for itself.
      if (below === null || below === 'Process' || selectionSet === undefined) continue;
      const same = nested.get(below);
      if (same === undefined) nested.set(below, { selections: [selectionSet], above: its });
      else {
        same.selections.push(selectionSet);
        same.above = maxLevel(same.above, its);
      }
    }
    for (const [below, its] of nested) read(below, its.selections, its.above);
    return names;
  }

  const fields = read(
    'Process',
    fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []),
    'key',
  );
  return { fields, level, personal, conditional };
}

/**
 * By the node of the field, which lives as long as its parsed document does: decided once for a document and for scopes. A
 * field that is written several times has no single node; its list of nodes lives as long as the operation.
 */
const known = new WeakMap<FieldNode | readonly FieldNode[], Map<Scopes, Selection>>();

/** What is selected below a field of type `Process` by a caller with these scopes. */
export function selectionOf(info: SelectionInfo, scopes: Scopes): Selection {
  const { fieldNodes } = info;
  const key = fieldNodes.length === 1 ? (fieldNodes[0] ?? fieldNodes) : fieldNodes;
  let byScopes = known.get(key);
  if (byScopes === undefined) known.set(key, (byScopes = new Map()));
  let its = byScopes.get(scopes);
  if (its === undefined) byScopes.set(scopes, (its = select(info, scopes, () => false)));
  return its;
}

/** What is really asked for: without what the variables of this operation leave out by `@skip` and `@include`. */
export function selectionWithVariables(
  info: SelectionInfo & Pick<GraphQLResolveInfo, 'variableValues'>,
  scopes: Scopes,
): Selection {
  const { variableValues } = info;
  return select(info, scopes, (node) => {
    const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
    const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
    return skip?.['if'] === true || include?.['if'] === false;
  });
}
