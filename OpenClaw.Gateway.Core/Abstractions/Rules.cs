namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>A tenant's published routing rules, in the order in which they are tried; replaced whole when a version is published.</summary>
/// <param name="Version">The number of the published version; 0 = nothing was ever published.</param>
/// <param name="Rules">Enabled and disabled ones, in order.</param>
public sealed record RuleSetModel(int Version, IReadOnlyList<RuleModel> Rules)
{
    /// <summary>No rules.</summary>
    public static RuleSetModel Empty { get; } = new(0, []);
}

/// <summary>One routing rule (contract: management-api.md, Routing rule).</summary>
public sealed record RuleModel
{
    /// <summary>The rule's id; the same in every version.</summary>
    public required Guid Id { get; init; }

    /// <summary>1–80 characters, unique per tenant.</summary>
    public required string Name { get; init; }

    /// <summary>A disabled rule is passed over.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>True: only for sessions that no agent has had yet.</summary>
    public bool OnlyWhenUnassigned { get; init; }

    /// <summary>Which messages.</summary>
    public RuleMatch Match { get; init; } = new();

    /// <summary>What becomes of them.</summary>
    public required RuleTarget Target { get; init; }

    /// <summary>The version that brought this state of it; 0 = not published.</summary>
    public int Since { get; init; }

    /// <summary>Its place: rises along the list, with gaps.</summary>
    public long Ordinal { get; init; }
}

/// <summary>Which messages a rule is for. Fields are ANDed, items of a list are ORed, what is null matches everything.</summary>
public sealed record RuleMatch
{
    /// <summary>Ids of channels.</summary>
    public IReadOnlyList<Guid>? Channels { get; init; }

    /// <summary><c>websocket</c>, <c>telegram</c>, …</summary>
    public IReadOnlyList<string>? ChannelKinds { get; init; }

    /// <summary><c>private</c>, <c>group</c>, <c>mail</c>, <c>socket</c>.</summary>
    public IReadOnlyList<string>? ConversationKinds { get; init; }

    /// <summary>Platform ids of users, compared exactly.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>A command without its slash, ignoring case: the text's first word is <c>/command</c> (or <c>/command@bot</c>).</summary>
    public string? Command { get; init; }

    /// <summary>What the text holds.</summary>
    public TextMatch? Text { get; init; }

    /// <summary>ISO 639-1 code of the text's language.</summary>
    public string? Language { get; init; }

    /// <summary>The name of a recognised intent.</summary>
    public string? Intent { get; init; }

    /// <summary>True: with attachments only; false: without only.</summary>
    public bool? HasAttachment { get; init; }
}

/// <summary>What a text must hold; fields are ANDed.</summary>
public sealed record TextMatch
{
    /// <summary>At least one of these substrings, ignoring case.</summary>
    public IReadOnlyList<string>? Any { get; init; }

    /// <summary>Each of these substrings, ignoring case.</summary>
    public IReadOnlyList<string>? All { get; init; }

    /// <summary>At least one of these as a whole word, ignoring case.</summary>
    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>A .NET regular expression: NonBacktracking, IgnoreCase, CultureInvariant, at most 512 characters.</summary>
    public string? Regex { get; init; }
}

/// <summary>What becomes of a matching message: exactly one of these is set, but for <see cref="Fallback"/>.</summary>
public sealed record RuleTarget
{
    /// <summary>This agent answers.</summary>
    public Guid? Agent { get; init; }

    /// <summary>With <see cref="Agent"/>: who is asked next, in order, while its circuit is open or once its attempts are used up.</summary>
    public IReadOnlyList<Guid>? Fallback { get; init; }

    /// <summary>One of this pool's agents answers.</summary>
    public Guid? Pool { get; init; }

    /// <summary>The least loaded of the agents whose intents hold the recognised one answers.</summary>
    public bool Capable { get; init; }

    /// <summary>Nobody answers: the message is stored and dropped.</summary>
    public bool Drop { get; init; }

    /// <inheritdoc />
    public bool Equals(RuleTarget? other) =>
        other is not null && Agent == other.Agent && Pool == other.Pool && Capable == other.Capable && Drop == other.Drop && (Fallback ?? []).SequenceEqual(other.Fallback ?? []);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Agent, Pool, Capable, Drop, Fallback?.Count ?? 0);
}
