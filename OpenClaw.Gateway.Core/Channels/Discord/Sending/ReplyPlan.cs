using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Discord.Sending;

/// <summary>One message of Discord that a reply becomes.</summary>
/// <param name="Text">Its content, at most 2,000 UTF-16 units.</param>
internal sealed record PlannedMessage(string Text)
{
    /// <summary>Shown as an embed. Its text would fit beside <see cref="Text"/>, for where embeds are not allowed.</summary>
    public MessageCard? Card { get; init; }

    /// <summary>Buttons, at most 25.</summary>
    public IReadOnlyList<MessageButton> Buttons { get; init; } = [];

    /// <summary>Files that go along, at most 10.</summary>
    public IReadOnlyList<AttachmentRef> Files { get; init; } = [];

    /// <summary>A file that is too large for Discord: a link to it is the content.</summary>
    public AttachmentRef? Link { get; init; }
}

/// <summary>Cuts a reply into messages, always the same for the same reply: text outside code fences, its card, buttons and files with the last piece or behind it.</summary>
internal static class ReplyPlan
{
    /// <summary>UTF-16 units of one message.</summary>
    public const int MostText = 2_000;

    /// <summary>Bytes of one file that every server takes.</summary>
    public const long MostFileBytes = 10L * 1_024 * 1_024;

    private const int MostFiles = 10;
    private const int MostButtons = 25;
    private const int RoomPerLink = 400;

    public static IReadOnlyList<PlannedMessage> Of(OutgoingReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var extras = reply.Extras;
        var buttons = extras?.Buttons ?? [];
        var card = extras?.Card is { } given && Embed.Fits(given) ? given : null;
        var text = extras?.Card is { } other && card is null ? CardText.WithCard(reply.Text, other) : reply.Text.ToString();
        if (buttons.Count > MostButtons) (text, buttons) = (CardText.WithButtons(text, buttons), []);

        List<PlannedMessage> plan = [.. MarkdownSplitter.Split(text, MostText).Select(piece => new PlannedMessage(piece))];
        if (card is not null)
        {
            if (plan[^1].Text.Length + CardText.Of(card).Length + 2 <= MostText) plan[^1] = plan[^1] with { Card = card };
            else plan.Add(new("") { Card = card });
        }

        if (buttons.Count > 0) plan[^1] = plan[^1] with { Buttons = buttons };
        AddFiles(plan, extras?.Attachments ?? []);
        return plan;
    }

    private static void AddFiles(List<PlannedMessage> plan, IReadOnlyList<AttachmentRef> files)
    {
        var small = files.Where(f => f.Size <= MostFileBytes).ToList();
        foreach (var group in small.Chunk(MostFiles))
        {
            var total = group.Sum(f => f.Size);
            if (total > MostFileBytes)
            {
                // the limit holds for all files of a message together
                foreach (var file in group) Add(plan, [file]);
            }
            else
            {
                Add(plan, group);
            }
        }

        foreach (var file in files.Where(f => f.Size > MostFileBytes)) plan.Add(new("") { Link = file });
        if (plan.Count > 1 && plan[0] is { Text.Length: 0, Card: null, Buttons.Count: 0, Files.Count: 0, Link: null }) plan.RemoveAt(0);
    }

    /// <summary>With the last message where there is room for links in the files' stead, else in one of their own.</summary>
    private static void Add(List<PlannedMessage> plan, IReadOnlyList<AttachmentRef> files)
    {
        var last = plan[^1];
        var used = last.Text.Length + (last.Card is { } card ? CardText.Of(card).Length + 2 : 0);
        if (last.Files.Count == 0 && used + (files.Count * RoomPerLink) <= MostText) plan[^1] = last with { Files = files };
        else plan.Add(new("") { Files = files });
    }
}
