import { getNamedType, isInputObjectType, type GraphQLSchema } from 'graphql';
import type { ProcessCreation, Reference } from '../../domain/process-creation.ts';
import type { Refusal } from '../../domain/upstream-failure.ts';

/** What Unico refused, with the field of its request. */
export type RefusedField = Refusal & { field: string };

/** Returns the path of the argument that a field of Unico's request means; `null` where no single one is meant. */
export type FieldMapper = (refused: RefusedField) => string[] | null;

/** Whether an input type of the schema has a field at this path, such as `['onboarding', 'subject', 'code']`. */
function hasInputField(schema: GraphQLSchema, typeName: string, path: readonly string[]): boolean {
  let type = schema.getType(typeName);
  for (const name of path) {
    const field = isInputObjectType(type) ? type.getFields()[name] : undefined;
    if (field === undefined) return false;
    type = getNamedType(field.type);
  }
  return true;
}

/** The path of a field below the argument `input`; `null` where the input type has no such field. */
function inputPath(schema: GraphQLSchema, typeName: string, path: readonly string[]): string[] | null {
  return hasInputField(schema, typeName, path) ? ['input', ...path] : null;
}

/** The fields in which a caller may have given images or references; each form of a creation has some of them. */
type Comparable = {
  imageBase64?: string;
  files?: readonly string[];
  references?: readonly Reference[];
  referenceProcessId?: string;
  authProcessId?: string;
};

/** The fields in which the caller gave images. An SDK token cannot be a reference. */
function imagesIn({ imageBase64, files, references = [] }: Comparable, { code }: RefusedField): string[] {
  const mayBeReference = !code.startsWith('SDK_TOKEN_');
  const isReference = references.some(({ referenceType }) => referenceType === 'REFERENCE_TYPE_IMAGE_BASE64');
  return [
    ...(imageBase64 === undefined ? [] : ['imageBase64']),
    ...(files === undefined ? [] : ['files']),
    ...(mayBeReference && isReference ? ['references'] : []),
  ];
}

/** The fields in which the caller gave ids of earlier processes; without any, the field where they belong. */
function referencesIn({ references = [], referenceProcessId, authProcessId }: Comparable): string[] {
  const isReference = references.some(({ referenceType }) => referenceType === 'REFERENCE_TYPE_PROCESS_ID');
  const given = [
    ...(isReference ? ['references'] : []),
    ...(referenceProcessId === undefined ? [] : ['referenceProcessId']),
    ...(authProcessId === undefined ? [] : ['authProcessId']),
  ];
  return given.length === 0 ? ['references'] : given;
}

/** The fields of a creation, such as `person.email`, that Unico may mean by a field of its request. */
function candidates(creation: ProcessCreation, refused: RefusedField): string[] {
  switch (refused.field) {
    case 'imageBase64':
      return imagesIn(creation, refused);
    case 'references':
    case 'referenceProcessId':
      return referencesIn(creation);
    case 'duiType':
    case 'duiValue':
      return [`person.${refused.field}`];
    default:
      return [refused.field];
  }
}

/**
 * Names the argument of `createProcess` that Unico refused: the one that the caller gave, where several have the same
 * meaning. `null` where several of them were given, because any may be meant, and where the form has none.
 */
export function refusedCreationField(schema: GraphQLSchema, creation: ProcessCreation): FieldMapper {
  return (refused) => {
    const [only, ...others] = candidates(creation, refused);
    if (only === undefined || others.length > 0) return null;
    return inputPath(schema, 'CreateProcessInput', [creation.kind, ...only.split('.')]);
  };
}

/** Names the argument of `setProcessDocument` that Unico refused; Unico's own name may be below `person`. */
export function refusedDocumentField(schema: GraphQLSchema): FieldMapper {
  return ({ field }) => inputPath(schema, 'SetProcessDocumentInput', field.replace('person.', '').split('.'));
}
