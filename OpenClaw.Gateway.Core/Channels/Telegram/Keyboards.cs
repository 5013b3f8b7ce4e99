using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Buttons;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>Buttons as an inline keyboard.</summary>
internal static class Keyboards
{
    /// <summary>What comes back with a pressed button has room for so many bytes.</summary>
    public const int MostData = 64;

    private const int MostButtons = 100;
    private const int LongestLabel = 128;

    /// <summary>Null where a reply has none.</summary>
    public static InlineKeyboard? Of(OutgoingReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (reply.Extras?.Buttons is not { Count: > 0 } offered) return null;
        var buttons = offered.Take(MostButtons).Select((b, i) => new InlineButton(LabelOf(b), ButtonValues.DataOf(reply.Id, i, b.Value, MostData))).ToList();
        return new([.. buttons.Chunk(PerRow(buttons)).Select(row => (IReadOnlyList<InlineButton>)row)]);
    }

    /// <summary>Those that a keyboard has no room for, as lines; null where there are none.</summary>
    public static string? Left(OutgoingReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return reply.Extras?.Buttons is { Count: > MostButtons } offered ? string.Join('\n', offered.Skip(MostButtons).Select(b => "• " + LabelOf(b))) : null;
    }

    /// <summary>The labels as lines, for where there are no buttons.</summary>
    public static string AsText(InlineKeyboard keyboard) => string.Join('\n', keyboard.Rows.SelectMany(r => r).Select((b, i) => $"{i + 1}. {b.Text}"));

    private static int PerRow(List<InlineButton> buttons) => buttons.Max(b => b.Text.Length) switch { <= 8 => 4, <= 14 => 3, <= 24 => 2, _ => 1 };

    private static string LabelOf(MessageButton button)
    {
        var label = string.IsNullOrWhiteSpace(button.Text) ? button.Value : button.Text;
        if (string.IsNullOrWhiteSpace(label)) return "…";
        return label.Length <= LongestLabel ? label : label[..(char.IsHighSurrogate(label[LongestLabel - 2]) ? LongestLabel - 2 : LongestLabel - 1)] + "…";
    }
}
