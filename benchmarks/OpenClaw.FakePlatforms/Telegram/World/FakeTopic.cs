namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>A topic of a forum. The General topic is none: its messages carry no thread.</summary>
internal sealed class FakeTopic(int id, string name)
{
    /// <summary>The id of the service message that made it.</summary>
    public int Id => id;

    public string Name => name;

    public bool IsClosed { get; set; }
}
