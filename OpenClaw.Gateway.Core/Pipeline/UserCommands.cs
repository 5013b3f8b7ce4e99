using System.Text;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>What users may say to the gateway itself.</summary>
internal enum UserCommand
{
    /// <summary>A new conversation, please.</summary>
    New,

    /// <summary>Stop the answer that is being made.</summary>
    Stop,

    /// <summary>What can be said?</summary>
    Help,
}

/// <summary>The gateway's own commands (contract: management-api.md). Anything that follows the command makes it a text for the agent.</summary>
internal static class UserCommands
{
    private const int Longest = 80;

    /// <summary>The command that a text is, in any case, with or without a bot's name behind it (<c>/new@shop_bot</c>); null when it is none.</summary>
    public static UserCommand? Of(Utf8Text text)
    {
        var bytes = text.Bytes.Span;
        if (bytes.IsEmpty || bytes[0] != (byte)'/' || bytes.Length > Longest) return null;
        bytes = bytes.TrimEnd(" \r\n\t"u8)[1..];
        var bot = bytes.IndexOf((byte)'@');
        if (bot >= 0)
        {
            if (bytes[bot..].ContainsAny(" \t\r\n"u8)) return null;
            bytes = bytes[..bot];
        }

        if (Ascii.EqualsIgnoreCase(bytes, "new"u8)) return UserCommand.New;
        if (Ascii.EqualsIgnoreCase(bytes, "stop"u8)) return UserCommand.Stop;
        return Ascii.EqualsIgnoreCase(bytes, "help"u8) ? UserCommand.Help : null;
    }

    /// <summary>What the user is told.</summary>
    public static Utf8Text Answer(UserCommand command, bool stopped) => Utf8Text.From(command switch
    {
        UserCommand.New => "Your next message starts a new conversation.",
        UserCommand.Stop when stopped => "Stopped.",
        UserCommand.Stop => "There was no answer to stop.",
        _ => "You can write:\n/new - start a new conversation\n/stop - stop the answer that is being written\n/help - show this list",
    });
}
