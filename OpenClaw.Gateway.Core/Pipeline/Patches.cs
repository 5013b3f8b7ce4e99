using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>The session's context and preferences after the answers so far; null = unchanged.</summary>
internal readonly record struct Patches(byte[]? Context, byte[]? Preferences)
{
    public Patches With(SessionRecord session, AgentOutcome outcome) => new(
        outcome.Context is { } context ? MergePatch.Apply(Context ?? session.Context, context) : Context,
        outcome.Preferences is { } preferences ? MergePatch.Apply(Preferences ?? session.Preferences, preferences) : Preferences);
}
