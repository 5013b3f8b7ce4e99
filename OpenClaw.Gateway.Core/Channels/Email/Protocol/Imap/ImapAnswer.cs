namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

internal enum ImapAnswerKind
{
    /// <summary><c>+</c>: go on.</summary>
    Continuation,

    /// <summary><c>*</c>: by the way.</summary>
    Untagged,

    /// <summary>The end of a command.</summary>
    Tagged,
}

/// <summary>One answer of a server, read and not yet understood.</summary>
internal sealed class ImapAnswer
{
    public required ImapAnswerKind Kind { get; init; }

    /// <summary>Of the command that it ends.</summary>
    public string Tag { get; init; } = "";

    /// <summary>In capitals, such as <c>FETCH</c>; empty for continuations.</summary>
    public string Name { get; init; } = "";

    /// <summary>In front of the name: the place of a mail, or how many there are.</summary>
    public uint? Number { get; init; }

    /// <summary>Set for OK, NO, BAD, BYE and PREAUTH.</summary>
    public ImapReply? Reply { get; init; }

    /// <summary>Of a continuation, or the words of a capability list.</summary>
    public string Text { get; init; } = "";

    public IReadOnlyList<ImapValue> Values { get; init; } = [];

    /// <summary>The mails that a search found.</summary>
    public IReadOnlyList<uint> Numbers { get; init; } = [];

    public bool Is(string name) => Kind is ImapAnswerKind.Untagged && Name == name;
}

/// <summary>A word, a string, a list or NIL.</summary>
internal sealed class ImapValue
{
    private ImapValue()
    {
    }

    public static ImapValue Nil { get; } = new();

    /// <summary>The content of a mail, which went into the window.</summary>
    public static ImapValue Content { get; } = new();

    /// <summary>Null for lists, NIL and content.</summary>
    public string? Text { get; private init; }

    /// <summary>Empty unless it is a list.</summary>
    public IReadOnlyList<ImapValue> Items { get; private init; } = [];

    public bool IsList { get; private init; }

    public static ImapValue Of(string text) => new() { Text = text };

    public static ImapValue Of(IReadOnlyList<ImapValue> items) => new() { Items = items, IsList = true };

    public override string ToString() => Text ?? (IsList ? $"({string.Join(' ', Items)})" : "NIL");
}
