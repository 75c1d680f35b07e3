import { Argument, Command, type Option } from "commander";
import { printCompletion, shells, type CompletedCommand, type Shell } from "./print-completion.ts";

const help = `
Examples:
  source <(offhook completion bash)                                        in ~/.bashrc
  offhook completion zsh > "\${fpath[1]}/_offhook"                          once; zsh finds it there
  offhook completion fish > ~/.config/fish/completions/offhook.fish        once`;

/** `offhook completion SHELL`: what makes a shell complete our commands, options and their values.
 * @param loadAll gives every command of the program */
export function completionCommand(loadAll: () => Promise<readonly Command[]>): Command {
  return new Command("completion")
    .description("Prints what makes bash, zsh or fish complete commands, options and values.")
    .addArgument(new Argument("<shell>", "the shell that shall complete").choices(shells))
    .addHelpText("after", help)
    .action(async (shell: Shell) => {
      const commands = [...(await loadAll()), completionCommand(loadAll)];
      process.stdout.write(printCompletion(shell, commands.map(describe)));
    });
}

function describe(command: Command): CompletedCommand {
  const [argument] = command.registeredArguments;
  return {
    name: command.name(),
    description: firstSentence(command.description()),
    words: argument?.argChoices ?? [],
    options: [
      { long: "--help", short: "-h", description: "display help for command", value: undefined },
      ...command.options.flatMap((option) => (option.hidden ? [] : [describeOption(option)])),
    ],
  };
}

function describeOption(option: Option): CompletedCommand["options"][number] {
  const takesValue = option.required || option.optional;
  const isPath = /<(file|folder|path|dir|wav|pcap)/.test(option.flags);
  const value = { words: option.argChoices ?? [], isPath };
  return {
    long: option.long ?? option.short ?? "",
    short: option.long === undefined ? undefined : option.short,
    description: firstSentence(option.description),
    value: takesValue ? value : undefined,
  };
}

function firstSentence(text: string): string {
  return (text.split(/(?<=[^.])[.;:](?:\s|$)|\n/, 1)[0] ?? "").trim();
}
