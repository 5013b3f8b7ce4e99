using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>The menu of commands, for each scope and language.</summary>
internal static class CommandMethods
{
    public static void AddTo(ApiMethods methods)
    {
        methods.Add("setMyCommands", Set);
        methods.Add("getMyCommands", call => call.Bot.Commands.TryGetValue(Key(call), out var commands) ? commands.DeepClone() : new JsonArray());
        methods.Add("deleteMyCommands", call =>
        {
            call.Bot.Commands.Remove(Key(call));
            return true;
        });
    }

    private static JsonNode Set(ApiCall call)
    {
        if (call.Fields.Json("commands") is not JsonArray commands) throw Refusal.Broken("parameter \"commands\" is required");
        if (commands.Count > 100) throw Refusal.Broken("BOT_COMMANDS_TOO_MUCH");
        foreach (var command in commands)
        {
            var name = (string?)command?["command"] ?? "";
            if (name.Length is < 1 or > 32 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_')) throw Refusal.Broken("BOT_COMMAND_INVALID");
            if (((string?)command?["description"] ?? "").Length is < 1 or > 256) throw Refusal.Broken("BOT_COMMAND_DESCRIPTION_INVALID");
        }

        call.Bot.Commands[Key(call)] = commands;
        return true;
    }

    private static string Key(ApiCall call) => $"{call.Fields.Json("scope")?.ToJsonString() ?? """{"type":"default"}"""} {call["language_code"]}";
}
