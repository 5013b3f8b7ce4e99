namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>
/// The enabled rules whose conditions on channel, its kind and the kind of conversation hold for one channel, as bits. They are the
/// same for all of its messages, so no message evaluates them.
/// </summary>
internal sealed class ChannelRules(ulong[] all, ulong[] always, ulong[] text, ulong[] alwaysText)
{
    /// <summary>All of them.</summary>
    public ulong[] All => all;

    /// <summary>Those that need no text and that nothing else leads to: tried for every message.</summary>
    public ulong[] Always => always;

    /// <summary>Those that need the text.</summary>
    public ulong[] Text => text;

    /// <summary>Those that need the text and that no phrase, user or command leads to.</summary>
    public ulong[] AlwaysText => alwaysText;
}
