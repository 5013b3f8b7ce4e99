using System.Text.Json;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>What a setting's value may be.</summary>
public enum SettingType
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>A number.</summary>
    Number,

    /// <summary>One of a fixed list of strings.</summary>
    Choice,

    /// <summary>A list of strings.</summary>
    TextList,

    /// <summary>An object or a list whose inside the kind checks itself.</summary>
    Structure,
}

/// <summary>A value that another setting must have.</summary>
public sealed record SettingCondition(string Name, string Value);

/// <summary>
/// One setting of a channel or agent kind, as data: the API checks by it and fills in its default, the portal draws a field from it.
/// </summary>
public sealed record SettingSpec(string Name, SettingType Type)
{
    /// <summary>What the field is called in a form; null = made from <see cref="Name"/>.</summary>
    public string? Label { get; init; }

    /// <summary>One or two sentences under the field: what it does, what is usual, the unit.</summary>
    public string? Help { get; init; }

    /// <summary>An example of a value, shown in the empty field.</summary>
    public string? Example { get; init; }

    /// <summary>The heading under which forms show it, together with its neighbours of the same one; null = none.</summary>
    public string? Group { get; init; }

    /// <summary>It means something only while that other setting has that value: else forms do not show it, and what is saved is ignored.</summary>
    public SettingCondition? OnlyWhen { get; init; }

    /// <summary>Rarely changed: a form shows it folded away.</summary>
    public bool Advanced { get; init; }

    /// <summary>The value where none is saved, as JSON; null = none.</summary>
    public string? Default { get; init; }

    /// <summary>A value must be given.</summary>
    public bool Required { get; init; }

    /// <summary>The smallest number.</summary>
    public double Min { get; init; } = double.MinValue;

    /// <summary>The largest number.</summary>
    public double Max { get; init; } = double.MaxValue;

    /// <summary>The most characters of a text, or of each text of a list.</summary>
    public int MaxLength { get; init; } = 2_000;

    /// <summary>What a <see cref="SettingType.Choice"/> may be.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The settings inside a <see cref="SettingType.Structure"/> that is an object; empty = the kind checks it.</summary>
    public IReadOnlyList<SettingSpec> Fields { get; init; } = [];

    /// <summary>
    /// The fields of each item of a <see cref="SettingType.Structure"/> that is a list of objects: forms show rows of them. Other fields of an item are the
    /// kind's to judge. Empty = it is no such list.
    /// </summary>
    public IReadOnlyList<SettingSpec> ItemFields { get; init; } = [];

    /// <summary>A <see cref="SettingType.TextList"/> that may also be written as one text, with blanks in between.</summary>
    public bool AcceptsText { get; init; }

    /// <summary>The most items of a list.</summary>
    public int MaxItems { get; init; } = 500;
}

/// <summary>What people read at the field of a secret: where the value comes from, what it is good for.</summary>
public sealed record SecretText(string Label, string Help);

/// <summary>Whether a secret is needed with certain settings.</summary>
public enum SecretUse
{
    /// <summary>Nothing works without it.</summary>
    Required,

    /// <summary>Some have one, some do not.</summary>
    Optional,

    /// <summary>It is not used.</summary>
    None,
}

/// <summary>Settings that belong together (those of a provider), which a form fills in at once.</summary>
/// <param name="Name">As the button says it.</param>
/// <param name="Note">What is to be known or done there beside; null = nothing.</param>
/// <param name="Settings">The values, as a JSON object; null takes a value away.</param>
public sealed record SettingPreset(string Name, string? Note, string Settings);

/// <summary>A kind of channel (<c>websocket</c>, …): what it is called, which settings and secrets it has.</summary>
public interface IChannelKind
{
    /// <summary>The kind's name in configuration.</summary>
    string Kind { get; }

    /// <summary>The kind's name for people: <c>Web chat</c>, <c>Telegram</c>.</summary>
    string Title => Kind;

    /// <summary>One sentence for people who choose among the kinds: what it connects, what is needed for it.</summary>
    string Summary => "";

    /// <summary>What people read beside the field of a secret; null = nothing.</summary>
    SecretText? DescribeSecret(string name) => null;

    /// <summary>The gateway makes the one channel of the kind that a tenant needs, when it is first used: people are not asked to.</summary>
    bool IsMadeAtFirstUse => false;

    /// <summary>Its own settings, beside those that all channels have.</summary>
    IReadOnlyList<SettingSpec> Settings { get; }

    /// <summary>Choices with which a new channel's form is filled in; empty = there are none.</summary>
    IReadOnlyList<SettingPreset> Presets => [];

    /// <summary>Secrets that a person may set.</summary>
    IReadOnlyList<string> Secrets { get; }

    /// <summary>Whether that secret is needed with these settings: forms show only those that are of use.</summary>
    SecretUse UseOf(string secret, JsonElement settings) => SecretUse.Required;

    /// <summary>Secrets that the gateway makes when they are absent.</summary>
    IReadOnlyList<string> MadeSecrets { get; }

    /// <summary>Faults that <see cref="Settings"/> cannot express: field path (as in <c>settings.allowedOrigins</c>) and message. Empty = fine.</summary>
    IEnumerable<(string Field, string Message)> Validate(JsonElement settings);

    /// <summary>A fresh value for a made secret.</summary>
    string MakeSecret(string name);

    /// <summary>What is wrong with a value that a person sets for a secret, saying what is allowed and never the value; null when nothing is.</summary>
    string? CheckSecret(string name, string value) => null;

    /// <summary>
    /// The account of the platform that these credentials are for (a bot's id), which one channel of the installation may use; null where there is no such
    /// thing, or they do not tell.
    /// </summary>
    string? AccountOf(JsonElement settings, IReadOnlyDictionary<string, string> secrets) => null;

    /// <summary>Tries whether the channel can work with what is configured: credentials, addresses, reach.</summary>
    ValueTask<IReadOnlyList<PreflightCheck>> TestAsync(ChannelModel channel, CancellationToken cancellationToken);
}

/// <summary>Closes the connections of a kind's channels, so that they are made anew.</summary>
public interface IChannelRestart
{
    /// <summary>The kind that it is for.</summary>
    string Kind { get; }

    /// <summary>Begins to close what that channel has open; how many connections that were.</summary>
    int Restart(Guid channel);
}

/// <summary>One thing that was tried: whether it went well, what was seen, and what to do where it did not.</summary>
public sealed record PreflightCheck(string Check, bool Ok, string Detail, string? Fix = null);
