namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>A file that was sent by somebody.</summary>
/// <param name="Id">file_id: another one for each bot in the real world, the same here.</param>
/// <param name="UniqueId">file_unique_id.</param>
/// <param name="Name">As its sender called it.</param>
/// <param name="MimeType">As its sender said.</param>
/// <param name="Content">The bytes.</param>
/// <param name="Path">Behind <c>/file/bot…/</c>.</param>
internal sealed record FakeFile(string Id, string UniqueId, string Name, string MimeType, byte[] Content, string Path)
{
    /// <summary>What getFile says about its size; larger than the content to play a file over 20 MB.</summary>
    public long Size { get; init; } = Content.Length;
}
