import { script } from '@bomb.sh/tab';
import { Argument, type Command } from 'commander';
import { completionsOf } from './completions.js';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'];

/**
 * Takes the words from the line itself, because bash splits words at colons and equals signs; returns only what comes after
 * the last of these. If there are no candidates and the directive is `:0`, `default` completes file names.
 */
const BASH = `# bash completion for clientele
_clientele() {
    local line=\${COMP_LINE:0:COMP_POINT} cur= value words out
    read -ra words <<< "$line"
    if [[ $line == *[[:space:]] ]]; then words+=(''); else cur=\${words[\${#words[@]} - 1]}; fi
    out=$(clientele complete -- "\${words[@]:1}" 2> /dev/null)
    case \${out##*:} in
        4) compopt +o default 2> /dev/null ;;
        6) compopt +o default -o nospace 2> /dev/null ;;
    esac
    [[ $cur == --*=* ]] && cur=\${cur#*=}
    COMPREPLY=()
    while IFS=$'\\t' read -r value _; do
        if [[ $value == "$cur"* && $value != :[0-9] ]]; then
            [[ $COMP_WORDBREAKS == *:* ]] && value=\${value#"\${cur%"\${cur##*:}"}"}
            COMPREPLY+=("$value")
        fi
    done <<< "$out"
}
complete -o default -F _clientele clientele
`;

/** `completion <shell>`, and the hidden `complete` that its scripts call. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print what a shell needs to complete commands')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell: string) => {
      if (shell === 'bash') process.stdout.write(BASH);
      else script(shell, 'clientele', 'clientele');
    });
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      process.stdout.write(await completionsOf(program, words));
    });
}

const EXAMPLES = `
Domains and clients are completed, too, where CLIENTELE_URL and CLIENTELE_API_KEY
lead to them at once.

Examples:
  $ source <(clientele completion bash)   # or once, in ~/.bashrc
  $ clientele completion zsh > "\${fpath[1]}/_clientele"
  $ clientele completion fish > ~/.config/fish/completions/clientele.fish`;
