using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>An update that has not been confirmed.</summary>
/// <param name="Id">update_id.</param>
/// <param name="Json">The Update object.</param>
/// <param name="IsAgain">Offered once more although it was confirmed; gone when it was offered.</param>
internal sealed record PendingUpdate(long Id, JsonObject Json, bool IsAgain = false);

/// <summary>The updates of one bot that wait for a poll or for its webhook.</summary>
internal sealed class UpdateQueue(long firstId)
{
    /// <summary>Every type that the documentation names.</summary>
    public static readonly IReadOnlySet<string> Types = new HashSet<string>(StringComparer.Ordinal)
    {
        "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
        "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction", "message_reaction_count",
        "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media",
        "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
    };

    /// <summary>How far an offset may be from the newest id before the server takes it for one of an older numbering.</summary>
    private const long NearEnough = 200_000;

    /// <summary>Not delivered unless they are asked for.</summary>
    private static readonly string[] OnRequest = ["chat_member", "message_reaction", "message_reaction_count"];

    private readonly Lock _lock = new();
    private readonly List<PendingUpdate> _pending = [];
    private PendingUpdate? _last;
    private long _nextId = firstId;
    private bool _reverse;

    /// <summary>Raised when an update waits.</summary>
    public Changes Changes { get; } = new();

    /// <summary>As the bot asked last; empty: the usual ones.</summary>
    public IReadOnlyList<string> Allowed { get; set; } = [];

    public int Count
    {
        get
        {
            lock (_lock) return _pending.Count;
        }
    }

    /// <summary>How many were ever added.</summary>
    public long Added { get; private set; }

    /// <summary>Something has happened that the bot may want to know.</summary>
    /// <returns>Its id; null when the bot has not asked for this type.</returns>
    public long? Add(string type, JsonNode body)
    {
        if (Allowed.Count > 0 ? !Allowed.Contains(type) : OnRequest.Contains(type)) return null;
        return AddRaw(new() { [type] = body });
    }

    /// <summary>An update of any shape; its update_id is put in.</summary>
    public long AddRaw(JsonObject update)
    {
        lock (_lock)
        {
            var id = _nextId++;
            JsonObject whole = new() { ["update_id"] = id };
            foreach (var (name, value) in update) whole[name] = value?.DeepClone();
            _last = new(id, whole);
            _pending.Add(_last);
            Added++;
        }

        Changes.Raise();
        return _last.Id;
    }

    /// <summary>The newest update is offered again, whether or not it was confirmed.</summary>
    public void Repeat()
    {
        lock (_lock)
        {
            if (_last is null) throw new InvalidOperationException("There was no update yet.");
            _pending.Insert(0, _last with { IsAgain = true });
        }

        Changes.Raise();
    }

    /// <summary>What waits at the next poll comes newest first.</summary>
    public void ReverseNext() => _reverse = true;

    /// <summary>As after an idle week: ids go on from another number, higher or lower.</summary>
    public void JumpTo(long nextId)
    {
        lock (_lock) _nextId = nextId;
    }

    public void Forget()
    {
        lock (_lock) _pending.Clear();
    }

    /// <summary>Confirms what is below the offset and gives what waits, as the open Bot API server does it.</summary>
    public IReadOnlyList<PendingUpdate> Take(long offset, int limit)
    {
        lock (_lock)
        {
            if (offset < 0 && _pending.Count > -offset) _pending.RemoveRange(0, _pending.Count + (int)offset);
            if (offset > 0 && offset <= _nextId + 10 && offset > _nextId - NearEnough) _pending.RemoveAll(u => u.Id < offset && !u.IsAgain);
            List<PendingUpdate> taken = [.. _pending.Take(limit)];
            if (taken.Count == 0) return taken;
            _pending.RemoveAll(u => u.IsAgain && taken.Contains(u));
            if (_reverse) taken.Reverse();
            _reverse = false;
            return taken;
        }
    }

    /// <summary>The webhook has taken it.</summary>
    public void Done(PendingUpdate update)
    {
        lock (_lock) _pending.Remove(update);
    }
}
