using System.Globalization;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

/// <summary>What comes after a connection to the gateway.</summary>
internal enum GatewayNext
{
    /// <summary>The session goes on over a new connection.</summary>
    Resume,

    /// <summary>The session is over: a new one begins.</summary>
    Identify,

    /// <summary>The session goes on after a pause.</summary>
    BackOff,

    /// <summary>Nothing, until somebody changes something.</summary>
    Fatal,

    /// <summary>Nothing: it was asked to end.</summary>
    Stop,
}

/// <summary>How a connection ended, and what comes after it.</summary>
/// <param name="Next">What to do.</param>
/// <param name="Detail">What happened, for people.</param>
internal sealed record GatewayEnd(GatewayNext Next, string Detail)
{
    /// <summary>What to do about it, for people.</summary>
    public string? Fix { get; init; }

    /// <summary>The code that Discord closed with.</summary>
    public int? Code { get; init; }

    /// <summary>How long to wait before it.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>Events had come over it: READY or RESUMED.</summary>
    public bool WasLive { get; init; }

    /// <summary>Reading ended because what came was not taken fast enough.</summary>
    public bool WasFull { get; init; }
}

/// <summary>The one table from close codes to what comes after them.</summary>
internal static class CloseCodes
{
    /// <summary>The code that we close with: any but 1000 and 1001, which would end the session.</summary>
    public const int Ours = 4_000;

    private static readonly string Bot = $"at {DiscordErrors.Portal}, your application, Bot";

    /// <summary>What a close code means; null = the connection broke without one.</summary>
    public static GatewayEnd Of(int? code) => code switch
    {
        4004 => Fatal("Discord refused the bot's token (4004)", $"Reset the token {Bot}, Reset Token, and save the new one here."),
        4007 => new(GatewayNext.Identify, "Discord did not know the place at which to go on (4007)"),
        4008 => new(GatewayNext.BackOff, "We sent to Discord's gateway too fast (4008)") { Pause = TimeSpan.FromSeconds(60) },
        4009 => new(GatewayNext.Identify, "The session with Discord timed out (4009)"),
        4010 => Fatal("Discord refused the shard (4010)", "Restart the channel: it then asks Discord anew how many shards there should be."),
        4011 => Fatal("The bot is in too many servers for the shards that it has (4011)", "Restart the channel: it then asks Discord anew how many shards there should be."),
        4012 => Fatal("Discord does not speak this version of its gateway any more (4012)", "Update this gateway."),
        4013 => Fatal("Discord does not know the intents that were asked for (4013)", "Update this gateway; if apiBaseUrl is not Discord's own, check that server."),
        4014 => Fatal("The bot may not use the intent Message Content, which it asked for (4014)", $"Switch on “Message Content Intent” {Bot}, Privileged Gateway Intents. Bots in 100 servers or more must ask Discord for it there."),
        null => new(GatewayNext.Resume, "The connection to Discord broke"),
        _ => new(GatewayNext.Resume, string.Create(CultureInfo.InvariantCulture, $"Discord closed the connection ({code})")),
    } with { Code = code };

    private static GatewayEnd Fatal(string detail, string fix) => new(GatewayNext.Fatal, detail) { Fix = fix };
}
