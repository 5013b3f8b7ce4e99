using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Buttons;
using OpenClaw.Gateway.Core.Channels.Discord.Interactions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Discord.Mapping;

/// <summary>What somebody did with an interaction.</summary>
internal enum InteractionType
{
    /// <summary>Nothing that is known.</summary>
    Unknown = 0,

    /// <summary>Gave a command.</summary>
    Command = 2,

    /// <summary>Pressed a button or chose from a list.</summary>
    Component = 3,

    /// <summary>Types the value of an option.</summary>
    Autocomplete = 4,

    /// <summary>Sent a form.</summary>
    Modal = 5,
}

/// <summary>From interactions to messages: a slash command becomes <c>/name value …</c>, a button or choice its value.</summary>
internal sealed class InteractionMapper(ButtonValues buttons)
{
    private const int MostDepth = 4;
    private const int LongestLabel = 200;

    /// <summary>The message; null when there is none in it, or its button is too old to be known.</summary>
    public async ValueTask<MappedMessage?> MapAsync(ChannelModel channel, JsonElement interaction, Place place, CancellationToken cancellationToken)
    {
        var (data, member) = (interaction.Get("data"), interaction.Get("member"));
        var user = member.Get("user") is { ValueKind: JsonValueKind.Object } inGuild ? inGuild : interaction.Get("user");
        if (interaction.Id() == 0 || user.Id() == 0) return null;
        var (conversation, thread) = place.Names;
        var message = new PlatformMessage
        {
            Address = new(conversation, thread, Snowflake.Text(user.Id()), MessageMapper.NameOf(member, user), interaction.Words("locale")),
            ExternalId = InteractionBook.ExternalId(interaction.Id()),
            IsGroup = place.IsGroup,
            IsAddressed = true,
            Extras = user.Flag("bot") ? new(Sender: new(IsBot: true)) : null,
        };
        switch (TypeOf(interaction))
        {
            case InteractionType.Command when data.Words("name") is not null:
                var (text, files) = CommandOf(data);
                return new(message with { Text = Utf8Text.From(text), IsCommand = true }, files);
            case InteractionType.Component:
                if (await ValueOfAsync(channel, data, cancellationToken).ConfigureAwait(false) is not { } value) return null;
                var label = LabelOf(interaction.Get("message"), data.Text("custom_id"));
                return new(message with { Text = Utf8Text.From(label ?? ""), Extras = (message.Extras ?? new()) with { Button = value } }, []);
            default:
                return null;
        }
    }

    /// <summary>What it is.</summary>
    public static InteractionType TypeOf(JsonElement interaction) =>
        interaction.Number("type") is var type and >= 2 and <= 5 ? (InteractionType)type : InteractionType.Unknown;

    private async ValueTask<string?> ValueOfAsync(ChannelModel channel, JsonElement data, CancellationToken cancellationToken)
    {
        // a list says what was chosen, a button only which it is
        var chosen = data.Items("values").Select(v => Lenient.Text(v)).OfType<string>().Take(25).ToList();
        if (chosen.Count == 0 && data.Words("custom_id") is { } id) chosen.Add(id);
        List<string> values = [];
        foreach (var one in chosen)
        {
            if (await buttons.ValueOfAsync(channel, one, cancellationToken).ConfigureAwait(false) is { } value) values.Add(value);
        }

        return values.Count == 0 ? null : string.Join(", ", values);
    }

    private static (string Text, IReadOnlyList<RemoteFile> Files) CommandOf(JsonElement data)
    {
        var text = new StringBuilder("/").Append(data.Text("name"));
        List<RemoteFile> files = [];
        Append(data.Items("options"), depth: 0);
        // a command of a user's or message's menu names what it was called on
        if (data.Number("type", 1) is 2 or 3 && data.Words("target_id") is { } target) text.Append(' ').Append(Resolved(data.Get("resolved"), target) ?? target);
        return (text.ToString(), files);

        void Append(IEnumerable<JsonElement> options, int depth)
        {
            foreach (var option in options.Take(25))
            {
                if (option.Number("type") is 1 or 2)
                {
                    text.Append(' ').Append(option.Text("name"));
                    if (depth < MostDepth) Append(option.Items("options"), depth + 1);
                    continue;
                }

                var value = option.Get("value") switch
                {
                    { ValueKind: JsonValueKind.True } => "true",
                    { ValueKind: JsonValueKind.False } => "false",
                    var other => Lenient.Text(other),
                };
                if (value is null) continue;
                if (option.Number("type") == 11)
                {
                    if (MessageMapper.FileOf(data.Get("resolved").Get("attachments").Get(value)) is { } file) files.Add(file);
                    continue;
                }

                text.Append(' ').Append(option.Number("type") is >= 6 and <= 9 ? Resolved(data.Get("resolved"), value) ?? value : value);
            }
        }
    }

    private static string? Resolved(JsonElement resolved, string id)
    {
        if (resolved.Get("users").Get(id) is { ValueKind: JsonValueKind.Object } user) return "@" + (MessageMapper.NameOf(resolved.Get("members").Get(id), user) ?? id);
        if (resolved.Get("roles").Get(id).Words("name") is { } role) return "@" + role;
        if (resolved.Get("channels").Get(id).Words("name") is { } channel) return "#" + channel;
        return resolved.Get("messages").Get(id).Words("content");
    }

    /// <summary>What stands on the button, or on what was chosen.</summary>
    private static string? LabelOf(JsonElement message, string? id)
    {
        foreach (var component in message.Items("components").SelectMany(row => row.Items("components")))
        {
            if (component.Text("custom_id") != id) continue;
            return component.Words("label") is { } label ? label.Length > LongestLabel ? Lenient.WellFormed(label[..LongestLabel]) : label : null;
        }

        return null;
    }
}
