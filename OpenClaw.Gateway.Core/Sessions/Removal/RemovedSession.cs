namespace OpenClaw.Gateway.Core.Sessions.Removal;

/// <summary>What was removed with a session, or of one.</summary>
/// <param name="Messages">Entries.</param>
/// <param name="DeadLetters">Dead letters.</param>
/// <param name="Attachments">Files.</param>
/// <param name="Notes">Operators' notes.</param>
/// <param name="WasArchived">It was in the archive.</param>
internal sealed record RemovedSession(long Messages, int DeadLetters, int Attachments, int Notes, bool WasArchived);

/// <summary>A session cannot be taken out of use at the moment: an agent answers in it, or something else works on it. It can be tried again.</summary>
internal sealed class SessionInUseException(Guid session) : IOException($"Session {session} is in use at the moment.");
