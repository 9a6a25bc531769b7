// Texts, constants, and a look at any value.
import { PreviewAny } from './preview-any.ts';
import {
  PrimitiveBoolean,
  PrimitiveFloat,
  PrimitiveInt,
  PrimitiveString,
  PrimitiveStringMultiline,
} from './primitive-nodes.ts';
import { RegexExtract, RegexMatch, RegexReplace } from './regex-nodes.ts';
import {
  CaseConverter,
  StringCompare,
  StringConcatenate,
  StringContains,
  StringLength,
  StringReplace,
  StringSubstring,
  StringTrim,
} from './string-nodes.ts';

export const textNodes = [
  PrimitiveString,
  PrimitiveStringMultiline,
  PrimitiveInt,
  PrimitiveFloat,
  PrimitiveBoolean,
  PreviewAny,
  StringConcatenate,
  StringSubstring,
  StringLength,
  CaseConverter,
  StringTrim,
  StringReplace,
  StringContains,
  StringCompare,
  RegexMatch,
  RegexExtract,
  RegexReplace,
] as const;
