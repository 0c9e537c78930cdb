using System.Runtime.InteropServices;

namespace Multivisor.Agent.Wake;

/// <summary>
/// Tells, once for each, when a process of which it was given the pidfd has ended. One thread of its own waits for all of them: the runtime
/// can wait for sockets only.
/// </summary>
/// <remarks><see cref="TryAdd(KernelHandle, long)"/> may be called from anywhere. Who closes a pidfd takes it away from here.</remarks>
internal sealed class DeathWatch : IDisposable
{
    private const int Batch = 64;
    private const long StopId = 0;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1);

    // struct epoll_event has no gap between its members on x86-64, and one on all other processors.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventLength = DataOffset + sizeof(long);

    private readonly KernelHandle _epoll = Kernel.CreateEpoll(Kernel.CloseOnExec);
    private readonly KernelHandle _stop = Kernel.CreateEvent(0, Kernel.CloseOnExec);
    private readonly Action<long> _ended;
    private readonly Thread _thread;

    /// <param name="ended">Called on the thread that waits, with the id of the process; must not wait and must not throw.</param>
    /// <exception cref="IOException">No descriptors are left.</exception>
    public DeathWatch(Action<long> ended)
    {
        _ended = ended;
        _thread = new Thread(Watch, maxStackSize: 128 * 1024) { IsBackground = true, Name = "ended processes" };
        if (_epoll.IsInvalid || _stop.IsInvalid || !TryAdd(_stop, StopId, Kernel.Readable))
        {
            var error = Kernel.Error;
            Close();
            throw new IOException($"the kernel gives no epoll: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        _thread.Start();
    }

    /// <param name="id">Greater than 0; never used twice, because a report may be on its way while its pidfd is closed.</param>
    public bool TryAdd(KernelHandle pidFd, long id) => TryAdd(pidFd, id, Kernel.Readable | Kernel.Once);

    public void Dispose()
    {
        // Should the thread not come, it keeps its descriptors until it does.
        if (Kernel.RaiseEvent(_stop, 1) == 0)
            _thread.Join(StopLimit);
        Close();
    }

    private void Close()
    {
        _epoll.Dispose();
        _stop.Dispose();
    }

    private bool TryAdd(KernelHandle handle, long id, uint what)
    {
        Span<byte> wanted = stackalloc byte[16];
        MemoryMarshal.Write(wanted, what);
        MemoryMarshal.Write(wanted[DataOffset..], id);
        return Kernel.ControlEpoll(_epoll, Kernel.Add, handle, ref MemoryMarshal.GetReference(wanted)) == 0;
    }

    private void Watch()
    {
        Span<byte> found = stackalloc byte[Batch * 16];
        while (true)
        {
            var count = Kernel.WaitEpoll(_epoll, ref MemoryMarshal.GetReference(found), Batch, -1);
            // Nothing but a signal can end the wait: the descriptor stays open while it is in use.
            for (var i = 0; i < count; i++)
            {
                var id = MemoryMarshal.Read<long>(found[((i * EventLength) + DataOffset)..]);
                if (id == StopId)
                    return;
                _ended(id);
            }
        }
    }
}
