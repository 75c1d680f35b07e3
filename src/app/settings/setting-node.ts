/** A part of the configuration's JSON Schema (draft 7), with the words that we use of it and four of our own. */
export interface SettingNode {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: SettingNode;
  readonly properties?: Readonly<Record<string, SettingNode>>;
  readonly propertyNames?: SettingNode;
  readonly additionalProperties?: boolean | SettingNode;
  readonly required?: readonly string[];
  readonly oneOf?: readonly SettingNode[];
  /** What a value must be, in words. */
  readonly "x-rule"?: string;
  /** Whether the value may stand in no message. */
  readonly "x-secret"?: true;
  /** The variable that overrides the setting. */
  readonly "x-environment"?: string;
  /** The variable that overrides the port in the setting. */
  readonly "x-port-environment"?: string;
}
