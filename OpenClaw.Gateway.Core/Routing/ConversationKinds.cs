namespace OpenClaw.Gateway.Core.Routing;

/// <summary>The kinds of conversation that a rule can name.</summary>
public static class ConversationKinds
{
    /// <summary>One person.</summary>
    public const string Private = "private";

    /// <summary>Several people.</summary>
    public const string Group = "group";

    /// <summary>A thread of mail.</summary>
    public const string Mail = "mail";

    /// <summary>A web chat.</summary>
    public const string Socket = "socket";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Private, Group, Mail, Socket];

    /// <summary>The kind of a conversation of a kind of channel.</summary>
    public static string Of(string channelKind, bool isGroup) => channelKind switch
    {
        "websocket" => Socket,
        "email" => Mail,
        _ => isGroup ? Group : Private,
    };

    /// <summary>The kinds of conversations that a kind of channel can have.</summary>
    public static IReadOnlyList<string> Of(string channelKind) => channelKind switch
    {
        "websocket" => [Socket],
        "email" => [Mail],
        _ => [Private, Group],
    };
}
