using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpenClaw.FakePlatforms.Discord.Rules;

/// <summary>What the platform's pages say of slash commands and no schema can.</summary>
internal static partial class CommandRules
{
    private const int MostCommands = 100;

    [GeneratedRegex(@"^[-_'\p{L}\p{N}\p{IsDevanagari}\p{IsThai}]{1,32}$", RegexOptions.None, 1000)]
    private static partial Regex NamePattern { get; }

    public static void Check(JsonArray commands, FormErrors errors)
    {
        if (commands.Count > MostCommands) errors.Add("", "APPLICATION_COMMANDS_MAX", $"Maximum number of application commands reached ({MostCommands}).");
        HashSet<string> names = new(StringComparer.Ordinal);
        for (var i = 0; i < commands.Count; i++)
        {
            if (commands[i] is not JsonObject command) continue;
            var path = i.ToString(CultureInfo.InvariantCulture);
            var type = (int?)command["type"] ?? 1;
            if (!names.Add($"{type} {(string?)command["name"]}")) errors.Add(path, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
            if (type != 1) continue;
            CheckName(command, path, errors);
            if (string.IsNullOrEmpty((string?)command["description"])) errors.Add(path + ".description", "BASE_TYPE_REQUIRED", "This field is required");
            if (command["options"] is JsonArray options) CheckOptions(options, path + ".options", errors);
        }
    }

    private static void CheckOptions(JsonArray options, string path, FormErrors errors)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        var optional = false;
        for (var i = 0; i < options.Count; i++)
        {
            if (options[i] is not JsonObject option) continue;
            var here = $"{path}.{i.ToString(CultureInfo.InvariantCulture)}";
            CheckName(option, here, errors);
            if (!names.Add((string?)option["name"] ?? "")) errors.Add(here, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Command option names must be unique");
            var isRequired = (bool?)option["required"] == true;
            if (isRequired && optional) errors.Add(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options");
            optional |= !isRequired;
        }
    }

    private static void CheckName(JsonObject named, string path, FormErrors errors)
    {
        var name = (string?)named["name"] ?? "";
        if (!NamePattern.IsMatch(name) || !string.Equals(name, name.ToLowerInvariant(), StringComparison.Ordinal))
            errors.Add(path + ".name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
}
